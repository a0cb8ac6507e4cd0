package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.StdioTransport.Asking;
import dev.sallyport.mcp.upstream.StdioTransport.Incoming;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcMessage;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientSession;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/**
 * A session with one process, by the official SDK's client session: it matches answers to requests
 * and answers what the server asks. Messages are raw trees.
 */
final class StdioSession {
  private static final int MAX_WAITING_EVENTS = 256;
  private static final TypeRef<Incoming> INCOMING = new TypeRef<>() {};

  private final ProcessStarter.Started started;
  private final StdioTransport transport;
  private final McpClientSession session;
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicInteger timeoutsInARow = new AtomicInteger();
  private volatile ObjectNode introduction = Json.object();
  private final Map<Long, BlockingQueue<Event>> followed = new ConcurrentHashMap<>();

  StdioSession(StdioSettings settings, ProcessStarter.Started started) {
    this.started = started;
    transport = new StdioTransport(settings, started, this::progressed);
    session =
        new McpClientSession(
            settings.timeout().plus(Duration.ofSeconds(1)),
            transport,
            Map.of("ping", _ -> Mono.just(Map.of())),
            Map.of(),
            connected -> connected);
    transport.whenBroken(session::close);
  }

  private sealed interface Event {
    record Progressed(ObjectNode params) implements Event {}

    record Answered(Incoming message) implements Event {}

    record Broken() implements Event {}
  }

  ProcessStarter.Started started() {
    return started;
  }

  /** What the server says of itself; nothing before it was asked. */
  ObjectNode introduction() {
    return introduction;
  }

  void introduced(ObjectNode said) {
    introduction = said;
  }

  boolean isAlive() {
    return transport.isAlive();
  }

  int timeoutsInARow() {
    return timeoutsInARow.get();
  }

  UpstreamAnswer ask(
      String method, ObjectNode params, Deadline deadline, Conversation conversation) {
    var events = new ArrayBlockingQueue<Event>(MAX_WAITING_EVENTS);
    var token = tokens.incrementAndGet();
    if (conversation.wantsProgress()) {
      params.withObjectProperty("_meta").put(Meta.PROGRESS_TOKEN, token);
      followed.put(token, events);
    }
    var request = new Asking(params);
    var asked =
        session
            .sendRequest(method, request, INCOMING)
            .subscribe(
                message -> put(events, new Event.Answered(message)),
                _ -> put(events, new Event.Broken()));
    try {
      return await(events, deadline, conversation);
    } catch (NobodyWaitsException e) {
      transport.cancel(request);
      throw e.refusal;
    } finally {
      asked.dispose();
      followed.remove(token);
    }
  }

  /** The caller stopped waiting, rather than the server answering. */
  private static final class NobodyWaitsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    private NobodyWaitsException(RefusalCode code) {
      super("nobody waits", null, false, false);
      refusal = new Refusal(code);
    }
  }

  void tell(ObjectNode notification) {
    transport.write(notification);
  }

  /** Fails the calls under way and has the process end. */
  void close(RefusalCode reason) {
    transport.close(reason);
  }

  void awaitEnd() {
    transport.awaitEnd();
  }

  private UpstreamAnswer await(
      BlockingQueue<Event> events, Deadline deadline, Conversation conversation) {
    while (true) {
      switch (next(events, deadline)) {
        case Event.Progressed(var params) -> conversation.progressed(params);
        case Event.Answered(var message) -> {
          timeoutsInARow.set(0);
          return answer(message);
        }
        case Event.Broken() -> throw new Refusal(transport.broken());
      }
    }
  }

  private Event next(BlockingQueue<Event> events, Deadline deadline) {
    try {
      var event = events.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (event != null) {
        return event;
      }
    } catch (InterruptedException _) {
      throw new NobodyWaitsException(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
    timeoutsInARow.incrementAndGet();
    throw new NobodyWaitsException(RefusalCode.UPSTREAM_TIMEOUT);
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

  /** On the thread that reads: must not block, so that a slow caller loses progress, not others. */
  private void progressed(ObjectNode params) {
    var token = params.path(Meta.PROGRESS_TOKEN);
    var events = token.isIntegralNumber() ? followed.get(token.longValue()) : null;
    if (events != null && events.remainingCapacity() > 1) {
      params.remove(Meta.PROGRESS_TOKEN);
      put(events, new Event.Progressed(params));
    }
  }

  private static void put(BlockingQueue<Event> events, Event event) {
    if (!events.offer(event)) {
      events.clear();
      events.add(event);
    }
  }
}
