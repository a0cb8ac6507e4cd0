package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Dialect.Session;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Failed;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Result;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Status;
import dev.sallyport.mcp.wire.InvalidRpcException;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcMessage;
import dev.sallyport.mcp.wire.SseReader;
import dev.sallyport.vault.egress.EgressException;
import dev.sallyport.vault.egress.EgressRequest.Header;
import dev.sallyport.vault.egress.EgressResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request to a server over HTTP, and all that comes back until it is answered. For the thread
 * of the request.
 *
 * <p>In a session, a stream that breaks off after an event that had an id is asked for again from
 * there on, as often as it brings something new.
 */
final class HttpExchange {
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(1);

  /** Source: MCP 2025-11-25, which leaves to the client how long to wait if nothing is said. */
  private static final int DEFAULT_RETRY_MILLIS = 1_000;

  private static final int MAX_RETRY_MILLIS = 30_000;
  private static final int MAX_RESUMED = 64;

  /** How many bytes an answer has that does not say it. */
  private static final int USUAL = 2_048;

  private final HttpWire wire;
  private final Dialect in;
  private final List<Header> headers;
  private final HttpCall call;
  private final Runnable suspect;
  private final LongNode id;
  private final Elicitations elicitations;
  private final Questions questions;
  private final AnswerMemory.Share memory;
  private final UnaskedMessages unasked = new UnaskedMessages(System::nanoTime);
  private Optional<String> session = Optional.empty();
  private Optional<HttpSideStream> side = Optional.empty();
  private String lastEvent = "";
  private int retryMillis = DEFAULT_RETRY_MILLIS;
  private boolean suspected;

  /**
   * An exchange.
   *
   * @param suspect is run once if the server says that what it has is no longer the same
   * @param elicitations remembers who is sent to addresses in the session
   */
  HttpExchange(
      HttpWire wire, Dialect in, HttpCall call, Runnable suspect, Elicitations elicitations) {
    this.wire = wire;
    this.in = in;
    this.headers = HttpHeaders.of(in, call.request());
    this.call = call;
    this.suspect = suspect;
    this.id = wire.nextId();
    this.memory = wire.memory().share();
    this.elicitations = elicitations;
    this.questions =
        new Questions(
            call.conversation(),
            in instanceof Session(_, _, _, var client) ? client : call.conversation().client(),
            call.deadline(),
            elicitations);
  }

  /** What came back for a request. */
  sealed interface Answered {
    /**
     * A result.
     *
     * @param session the session that the server named beside it
     */
    record Result(ObjectNode result, long bytes, Optional<String> session) implements Answered {}

    /** A JSON-RPC error. */
    record Failed(ObjectNode error, long bytes) implements Answered {}

    /** An HTTP status that is no success, and nothing that answers the request. */
    record Status(int status) implements Answered {}
  }

  /** Sends the request and waits for its answer. */
  Answered run() {
    try {
      return HttpWire.refusing(this::sent);
    } catch (RuntimeException e) {
      if (in instanceof Session && (isTimeout(e) || isGivenUp())) {
        cancel();
      }
      throw e;
    } finally {
      memory.giveBack();
      side.ifPresent(HttpSideStream::close);
    }
  }

  private Answered sent() throws IOException {
    var request = call.request();
    var params = Protocol.extensible(request.params());
    if (in instanceof Dialect.Stateless) {
      Protocol.stateless(params, call.conversation().client());
    }
    if (call.conversation().wantsProgress()) {
      params.withObjectProperty("_meta").set(Meta.PROGRESS_TOKEN, id);
    }
    var message = RpcMessage.request(id, request.method(), params);
    var first = post(message);
    if (first.isPresent()) {
      return first.get();
    }
    for (int i = 0; i < MAX_RESUMED && mayResume(); i++) {
      call.conversation().brokenOff();
      var before = lastEvent;
      var answer = resumed();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (lastEvent.equals(before)) {
        break;
      }
    }
    throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
  }

  private boolean mayResume() {
    return in instanceof Session && !lastEvent.isEmpty();
  }

  /** The answer; empty if a stream broke off. */
  private Optional<Answered> post(ObjectNode message) throws IOException {
    try (var response = wire.post(message, headers, call.deadline().remaining(), call.lent())) {
      session = HttpWire.session(response);
      return HttpWire.isStream(response) ? streamed(response) : Optional.of(whole(response));
    }
  }

  private Optional<Answered> resumed() throws IOException {
    pause();
    try (var response = wire.stream(headers, lastEvent, call.deadline().remaining(), call.lent())) {
      return HttpWire.isStream(response) ? streamed(response) : Optional.empty();
    }
  }

  private void pause() {
    var wanted = Duration.ofMillis(retryMillis);
    var left = call.deadline().remaining();
    try {
      Thread.sleep(wanted.compareTo(left) < 0 ? wanted : left);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }

  private Answered whole(EgressResponse response) throws IOException {
    boolean success = response.status() == HttpWire.OK;
    if (!HttpWire.isJson(response)) {
      if (success) {
        throw HttpWire.malformed();
      }
      return new Status(response.status());
    }
    int most = wire.maxAnswerBytes();
    var timed = new DeadlineInputStream(response, call.deadline());
    var bytes = read(memory.counting(timed), Math.min(response.toldBytes(USUAL), most), most);
    if (bytes.length > most) {
      throw new Refusal(RefusalCode.RESULT_TOO_LARGE);
    }
    try {
      return answered(HttpWire.parsed(bytes, call.lent()), bytes.length);
    } catch (MalformedJsonException | InvalidRpcException e) {
      if (success) {
        throw e;
      }
      return new Status(response.status());
    }
  }

  /**
   * All of a stream, or one byte more than allowed.
   *
   * @param told how much is to come, as it is said
   */
  private static byte[] read(InputStream in, int told, int most) throws IOException {
    var first = in.readNBytes(told + 1);
    if (first.length <= told) {
      return first;
    }
    var rest = in.readNBytes(most + 1 - first.length);
    var all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }

  private Answered answered(JsonNode tree, long bytes) throws IOException {
    return switch (RpcMessage.of(tree)) {
      case RpcMessage.Response(var answers, var result) when isSame(answers) ->
          new Result(result, bytes, session);
      case RpcMessage.Failure(var answers, var error) when isSame(answers) -> {
        elicitations.failed(error, call.conversation());
        yield new Failed(error, bytes);
      }
      default -> throw new MalformedJsonException("answers another request");
    };
  }

  private boolean isSame(JsonNode other) {
    return RpcMessage.number(other).equals(OptionalLong.of(id.longValue()));
  }

  /** The answer; empty if the stream broke off in a way that lets it be asked for again. */
  private Optional<Answered> streamed(EgressResponse response) throws IOException {
    var timed = new DeadlineInputStream(response, call.deadline());
    var counted = memory.counting(new StreamInput(timed, unasked));
    var events = new SseReader(counted, wire.maxAnswerBytes(), unasked::require, memory::keep);
    try {
      for (var data = events.next(); data.isPresent(); data = events.next()) {
        var answer = received(data.get());
        if (answer.isPresent()) {
          return answer;
        }
        memory.giveBack();
      }
    } catch (EgressException e) {
      keepPlace(events);
      if (e.reason() != EgressException.Reason.DISCONNECTED || !mayResume() || isGivenUp()) {
        throw e;
      }
    }
    keepPlace(events);
    return Optional.empty();
  }

  private void keepPlace(SseReader events) {
    if (!events.lastEventId().isEmpty()) {
      lastEvent = events.lastEventId();
    }
    events.retryMillis().ifPresent(millis -> retryMillis = Math.min(millis, MAX_RETRY_MILLIS));
  }

  private Optional<Answered> received(byte[] data) throws IOException {
    if (data.length == 0) {
      unasked.require();
      return Optional.empty();
    }
    var tree = HttpWire.parsed(data, call.lent());
    switch (RpcMessage.of(tree)) {
      case RpcMessage.Notification(var method, var params) -> told(method, params);
      case RpcMessage.Request question -> reply(question);
      case RpcMessage.Response _, RpcMessage.Failure _ -> {
        return Optional.of(answered(tree, data.length));
      }
    }
    unasked.require();
    return Optional.empty();
  }

  private void told(String method, ObjectNode params) {
    var conversation = call.conversation();
    if (method.equals(Protocol.PROGRESS)) {
      if (conversation.wantsProgress() && isSame(params.path(Meta.PROGRESS_TOKEN))) {
        params.remove(Meta.PROGRESS_TOKEN);
        conversation.progressed(params);
      }
    } else if (method.equals(Protocol.MESSAGE)) {
      conversation.logged(params);
    } else if (method.equals(Protocol.ELICITATION_COMPLETE)) {
      elicitations.completed(params);
    } else if (Protocol.isListChange(method) && !suspected) {
      suspected = true;
      suspect.run();
    }
  }

  /** Without sessions a server has nothing to ask. Source: MCP 2026-07-28. */
  private void reply(RpcMessage.Request question) {
    if (in instanceof Dialect.Stateless) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    if (side.isEmpty()
        && Elicitations.isAboutAddress(question.method(), question.params())
        && questions.refusal(question).isEmpty()) {
      side = Optional.of(HttpSideStream.open(wire, headers, call.lent(), elicitations));
    }
    wire.tell(questions.answer(question), headers, REPLY_TIMEOUT, call.lent());
  }

  private static boolean isTimeout(RuntimeException e) {
    return e instanceof Refusal refusal && refusal.code() == RefusalCode.UPSTREAM_TIMEOUT;
  }

  private boolean isGivenUp() {
    return Thread.currentThread().isInterrupted()
        || call.conversation().cancellation().isCancelled();
  }

  /**
   * Says in a session that nobody waits for the answer any more: a connection that ends does not
   * say so there. Source: MCP 2025-11-25, Cancellation.
   */
  private void cancel() {
    boolean interrupted = Thread.interrupted();
    try {
      wire.tell(Protocol.cancelled(id), headers, CANCEL_TIMEOUT, call.lent());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
