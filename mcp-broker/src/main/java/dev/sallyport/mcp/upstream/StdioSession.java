package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.StdioCall.Event;
import dev.sallyport.mcp.upstream.StdioLines.Incoming;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is said with one process: it matches answers and progress to requests, and what the server
 * asks and logs to the one request that it can be about. What may be about a request of another
 * owner, under way or long answered, is told to nobody. Thread-safe.
 */
final class StdioSession implements StdioLines.Receiver {
  private final ProcessStarter.Started started;
  private final StdioLines lines;
  private final boolean shared;
  private final Runnable suspect;
  private final LongAdder dropped;
  private final Set<Owner> owners = ConcurrentHashMap.newKeySet();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicInteger timeoutsInARow = new AtomicInteger();
  private final Map<Long, StdioCall> calls = new ConcurrentHashMap<>();
  private final Set<StdioCall> watching = ConcurrentHashMap.newKeySet();
  private final Elicitations elicitations = new Elicitations();
  private volatile ObjectNode introduction = Json.object();
  private volatile boolean stateless;

  /**
   * A session.
   *
   * @param shared whether requests of several owners go to the process, so that it may ask nobody
   * @param suspect is run when the server says that what it has is no longer the same
   * @param dropped counts the log messages that are told to nobody
   */
  StdioSession(
      StdioSettings settings,
      ProcessStarter.Started started,
      boolean shared,
      Runnable suspect,
      LongAdder dropped) {
    this.started = started;
    this.shared = shared;
    this.suspect = suspect;
    this.dropped = dropped;
    lines = new StdioLines(settings, started, this);
    lines.open();
  }

  ProcessStarter.Started started() {
    return started;
  }

  /** What the server says of itself; nothing before it was asked. */
  ObjectNode introduction() {
    return introduction;
  }

  /** Whether the server speaks a revision without sessions. */
  boolean isStateless() {
    return stateless;
  }

  void introduced(ObjectNode said, boolean withoutSessions) {
    introduction = said;
    stateless = withoutSessions;
  }

  boolean isAlive() {
    return lines.isAlive();
  }

  int timeoutsInARow() {
    return timeoutsInARow.get();
  }

  void tell(ObjectNode notification) {
    lines.write(notification);
  }

  /** Fails the calls under way and has the process end. */
  void close(RefusalCode reason) {
    lines.close(reason);
  }

  void awaitEnd() {
    lines.awaitEnd();
  }

  /** Notes for whom the process is asked from now on, too. */
  void serve(Owner owner) {
    owners.add(owner);
  }

  /** Asks, and tells the server if nobody waits for the answer any more. */
  UpstreamAnswer ask(
      String method, ObjectNode params, Deadline deadline, Conversation conversation) {
    long id = ids.incrementAndGet();
    try {
      return ask(id, method, params, deadline, conversation);
    } catch (RuntimeException e) {
      if (isAlive() && (isTimeout(e) || isGivenUp(conversation))) {
        lines.offer(Protocol.cancelled(LongNode.valueOf(id)));
      }
      throw e;
    }
  }

  /** Asks something that a server may leave without an answer. */
  Optional<UpstreamAnswer> probe(String method, ObjectNode params, Deadline deadline) {
    try {
      return Optional.of(ask(ids.incrementAndGet(), method, params, deadline, Conversation.none()));
    } catch (Refusal refusal) {
      if (isTimeout(refusal) && isAlive()) {
        timeoutsInARow.set(0);
        return Optional.empty();
      }
      throw refusal;
    }
  }

  private UpstreamAnswer ask(
      long id, String method, ObjectNode params, Deadline deadline, Conversation conversation) {
    var call = new StdioCall(StdioCall.EVENTS);
    calls.put(id, call);
    try {
      if (conversation.wantsProgress()) {
        params.withObjectProperty("_meta").put(Meta.PROGRESS_TOKEN, id);
      }
      lines.write(RpcMessage.request(LongNode.valueOf(id), method, params));
      return await(call, deadline, conversation);
    } finally {
      calls.remove(id);
    }
  }

  private UpstreamAnswer await(StdioCall call, Deadline deadline, Conversation conversation) {
    var questions = new Questions(conversation, deadline, elicitations);
    while (true) {
      switch (next(call, deadline)) {
        case Event.Told(var method, var params) -> tell(conversation, method, params);
        case Event.Asked(var question) -> lines.offer(questions.answer(question));
        case Event.Answered(var message) -> {
          timeoutsInARow.set(0);
          if (message.message() instanceof RpcMessage.Failure(_, var error)) {
            elicitations.failed(error, conversation);
          }
          return answer(message);
        }
        case Event.Broken() -> throw new Refusal(lines.whyBroken());
      }
    }
  }

  private Event next(StdioCall call, Deadline deadline) {
    try {
      return call.next(deadline);
    } catch (Refusal refusal) {
      if (isTimeout(refusal)) {
        timeoutsInARow.incrementAndGet();
      }
      throw refusal;
    }
  }

  private static void tell(Conversation conversation, String method, ObjectNode params) {
    if (method.equals(Protocol.MESSAGE)) {
      conversation.logged(params);
    } else if (conversation.wantsProgress()) {
      params.remove(Meta.PROGRESS_TOKEN);
      conversation.progressed(params);
    }
  }

  private static UpstreamAnswer answer(Incoming incoming) {
    return switch (incoming.message()) {
      case RpcMessage.Response(_, var result) ->
          new UpstreamAnswer.Result(result, incoming.bytes(), incoming.redacted());
      case RpcMessage.Failure(_, var error) ->
          new UpstreamAnswer.Failure(error, incoming.bytes(), incoming.redacted());
      case RpcMessage.Request _, RpcMessage.Notification _ ->
          throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    };
  }

  private static boolean isTimeout(RuntimeException e) {
    return e instanceof Refusal refusal && refusal.code() == RefusalCode.UPSTREAM_TIMEOUT;
  }

  private static boolean isGivenUp(Conversation conversation) {
    return Thread.currentThread().isInterrupted() || conversation.cancellation().isCancelled();
  }

  /** Follows what is told for a request of its own, until the server ends it. */
  StdioCall listen(ObjectNode params, long[] id) {
    id[0] = ids.incrementAndGet();
    var call = new StdioCall(StdioCall.WATCHED_EVENTS);
    calls.put(id[0], call);
    watching.add(call);
    lines.write(RpcMessage.request(LongNode.valueOf(id[0]), Protocol.LISTEN, params));
    return call;
  }

  /** Follows what is told to nobody in particular. */
  StdioCall watch() {
    var call = new StdioCall(StdioCall.WATCHED_EVENTS);
    watching.add(call);
    if (!isAlive()) {
      call.put(new Event.Broken());
    }
    return call;
  }

  /** Ends what {@link #listen} or {@link #watch} began. */
  void endWatch(StdioCall call) {
    watching.remove(call);
    calls
        .entrySet()
        .removeIf(entry -> {
          boolean same = entry.getValue() == call;
          if (same && isAlive()) {
            lines.offer(Protocol.cancelled(LongNode.valueOf(entry.getKey())));
          }
          return same;
        });
  }

  RefusalCode whyBroken() {
    return lines.whyBroken();
  }

  @Override
  public boolean received(Incoming incoming) {
    return switch (incoming.message()) {
      case RpcMessage.Response(var id, _) -> answered(id, incoming);
      case RpcMessage.Failure(var id, _) -> answered(id, incoming);
      case RpcMessage.Request question -> {
        asked(question);
        yield false;
      }
      case RpcMessage.Notification(var method, var params) -> {
        told(method, params);
        yield false;
      }
    };
  }

  @Override
  public void broken() {
    calls.values().forEach(call -> call.put(new Event.Broken()));
    watching.forEach(call -> call.put(new Event.Broken()));
  }

  /** One that answers nothing under way is dropped. */
  private boolean answered(JsonNode id, Incoming incoming) {
    var number = RpcMessage.number(id);
    var call = number.isPresent() ? calls.remove(number.getAsLong()) : null;
    if (call != null) {
      call.put(new Event.Answered(incoming));
    }
    return call != null;
  }

  /** Nothing says which request a question is about, so that there must be one alone. */
  private void asked(RpcMessage.Request question) {
    if (question.method().equals("ping")) {
      lines.offer(RpcMessage.response(question.id(), Json.object()));
      return;
    }
    var only = only();
    if (only.isEmpty() || !only.get().offer(new Event.Asked(question))) {
      lines.offer(
          RpcMessage.failure(
              question.id(), RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found")));
    }
  }

  private void told(String method, ObjectNode params) {
    if (method.equals(Protocol.PROGRESS)) {
      var token = RpcMessage.number(params.path(Meta.PROGRESS_TOKEN));
      var call = token.isPresent() ? calls.get(token.getAsLong()) : null;
      if (call != null) {
        call.offer(new Event.Told(method, params));
      }
    } else if (method.equals(Protocol.MESSAGE)) {
      log(new Event.Told(method, params));
    } else if (method.equals(Protocol.ELICITATION_COMPLETE)) {
      elicitations.completed(params);
    } else if (Protocol.isListChange(method) && watching.isEmpty()) {
      suspect.run();
    } else {
      watching.forEach(call -> call.offer(new Event.Told(method, params)));
    }
  }

  /** A message may come late: it is told only where no other owner was ever served. */
  private void log(Event message) {
    var call = owners.size() > 1 ? Optional.<StdioCall>empty() : underWay();
    if (call.isEmpty() || !call.get().offer(message)) {
      dropped.increment();
    }
  }

  /** The one request under way, where all are of one owner. */
  private Optional<StdioCall> only() {
    return shared ? Optional.empty() : underWay();
  }

  /** The request under way; empty if there is not just one, apart from those that only listen. */
  private Optional<StdioCall> underWay() {
    var found = Optional.<StdioCall>empty();
    for (var call : calls.values()) {
      if (!watching.contains(call)) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(call);
      }
    }
    return found;
  }
}
