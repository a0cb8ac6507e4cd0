package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Failed;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Result;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Status;
import dev.sallyport.mcp.wire.InvalidRpcException;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import dev.sallyport.mcp.wire.SseReader;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.EgressException;
import dev.sallyport.vault.egress.EgressRequest;
import dev.sallyport.vault.egress.EgressRequest.Header;
import dev.sallyport.vault.egress.EgressResponse;
import dev.sallyport.vault.redact.PackedText;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Posts one message to a server and reads what answers it. */
final class HttpExchange {
  private static final Header JSON = new Header("Content-Type", "application/json");
  private static final Header ACCEPT = new Header("Accept", "application/json, text/event-stream");
  private static final int MAX_SESSION_ID = 1_024;
  private static final int OK = 200;
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(1);

  private final EgressClient client;
  private final URI url;
  private final int maxAnswerBytes;
  private final AtomicLong ids = new AtomicLong();

  HttpExchange(EgressClient client, URI url, int maxAnswerBytes) {
    this.client = client;
    this.url = url;
    this.maxAnswerBytes = maxAnswerBytes;
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

  /** An id for the next request. */
  LongNode nextId() {
    return LongNode.valueOf(ids.incrementAndGet());
  }

  /** Sends a request and waits for its answer. */
  Answered ask(
      LongNode id,
      String method,
      ObjectNode params,
      List<Header> headers,
      Lent lent,
      Deadline deadline,
      Conversation conversation) {
    if (conversation.wantsProgress()) {
      params.withObjectProperty("_meta").set(Meta.PROGRESS_TOKEN, id);
    }
    var body = Json.bytes(RpcMessage.request(id, method, params));
    try (var response = send(body, headers, deadline.remaining(), lent)) {
      return isStream(response)
          ? readStream(response, new Pending(id, headers, lent, deadline, conversation))
          : readWhole(response, id, lent, deadline);
    } catch (EgressException e) {
      throw new Refusal(code(e.reason()));
    } catch (SseReader.EventTooLargeException _) {
      throw new Refusal(RefusalCode.RESULT_TOO_LARGE);
    } catch (MalformedJsonException | InvalidRpcException _) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    } catch (IOException _) {
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }

  /** Sends a notification. Whether it arrives makes no difference. */
  void tell(String method, List<Header> headers, Lent lent, Deadline deadline) {
    post(RpcMessage.notification(method, Json.object()), headers, lent, deadline.remaining());
  }

  /**
   * Says in a session that nobody waits for the answer to a request any more: a connection that
   * ends does not say so there. Source: MCP 2025-11-25, Cancellation.
   */
  void cancel(LongNode id, List<Header> headers, Lent lent) {
    boolean interrupted = Thread.interrupted();
    try {
      post(Protocol.cancelled(id), headers, lent, CANCEL_TIMEOUT);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void post(ObjectNode message, List<Header> headers, Lent lent, Duration timeout) {
    try (var response = send(Json.bytes(message), headers, timeout, lent)) {
      response.body().readAllBytes();
    } catch (IOException _) {
      // The request under way tells whether the peer is still there.
    }
  }

  private EgressResponse send(byte[] body, List<Header> headers, Duration timeout, Lent lent)
      throws EgressException {
    var all = new ArrayList<Header>(headers.size() + 2);
    all.add(JSON);
    all.add(ACCEPT);
    all.addAll(headers);
    return client.send(new EgressRequest("POST", url, all, body, timeout, maxAnswerBytes), lent);
  }

  private static boolean isStream(EgressResponse response) {
    return response.status() == OK && mediaType(response).equals("text/event-stream");
  }

  private static String mediaType(EgressResponse response) {
    var type = response.header("Content-Type").orElse("");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }

  private static Answered readWhole(
      EgressResponse response, JsonNode id, Lent lent, Deadline deadline) throws IOException {
    boolean success = response.status() == OK;
    if (!mediaType(response).equals("application/json")) {
      if (success) {
        throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
      }
      return new Status(response.status());
    }
    var bytes = new DeadlineInputStream(response.body(), deadline).readAllBytes();
    try {
      return answered(parsed(bytes, lent), id, bytes.length, session(response));
    } catch (MalformedJsonException | InvalidRpcException e) {
      if (success) {
        throw e;
      }
      return new Status(response.status());
    }
  }

  private static Answered answered(JsonNode tree, JsonNode id, long bytes, Optional<String> session)
      throws IOException {
    return switch (RpcMessage.of(tree)) {
      case RpcMessage.Response(var answers, var result) when isSame(answers, id) ->
          new Result(result, bytes, session);
      case RpcMessage.Failure(var answers, var error) when isSame(answers, id) ->
          new Failed(error, bytes);
      default -> throw new MalformedJsonException("answers another request");
    };
  }

  /** The tree of a message, also without what was lent and packed once more than a stream shows. */
  private static JsonNode parsed(byte[] bytes, Lent lent) throws MalformedJsonException {
    var tree = Json.parseResult(bytes);
    return PackedText.mayBeIn(bytes) ? lent.redactor().redact(tree) : tree;
  }

  private static boolean isSame(JsonNode one, JsonNode other) {
    return one.isIntegralNumber() && one.canConvertToLong() && one.longValue() == other.longValue();
  }

  private static Optional<String> session(EgressResponse response) {
    var id = response.header(Meta.SESSION_HEADER);
    id.ifPresent(some -> {
      if (some.isEmpty()
          || some.length() > MAX_SESSION_ID
          || !some.chars().allMatch(c -> c > ' ' && c <= '~')) {
        throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
      }
    });
    return id;
  }

  private record Pending(
      JsonNode id, List<Header> headers, Lent lent, Deadline deadline, Conversation conversation) {}

  private Answered readStream(EgressResponse response, Pending pending) throws IOException {
    var events =
        new SseReader(new DeadlineInputStream(response.body(), pending.deadline()), maxAnswerBytes);
    var session = session(response);
    for (var data = events.next(); data.isPresent(); data = events.next()) {
      if (data.get().length == 0) {
        continue;
      }
      var tree = parsed(data.get(), pending.lent());
      switch (RpcMessage.of(tree)) {
        case RpcMessage.Notification(var method, var params) -> report(method, params, pending);
        case RpcMessage.Request request -> reply(request, pending);
        case RpcMessage.Response _, RpcMessage.Failure _ -> {
          return answered(tree, pending.id(), data.get().length, session);
        }
      }
    }
    throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
  }

  private static void report(String method, ObjectNode params, Pending pending) {
    var conversation = pending.conversation();
    if (method.equals(Protocol.PROGRESS)
        && conversation.wantsProgress()
        && isSame(params.path(Meta.PROGRESS_TOKEN), pending.id())) {
      params.remove(Meta.PROGRESS_TOKEN);
      conversation.progressed(params);
    }
  }

  /** Answers what a server asks of us: pings, and nothing else. */
  private void reply(RpcMessage.Request request, Pending pending) {
    var answer =
        request.method().equals("ping")
            ? RpcMessage.response(request.id(), Json.object())
            : RpcMessage.failure(
                request.id(), RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found"));
    post(answer, pending.headers(), pending.lent(), REPLY_TIMEOUT);
  }

  private static RefusalCode code(EgressException.Reason reason) {
    return switch (reason) {
      case CONNECT, TLS, DISCONNECTED -> RefusalCode.UPSTREAM_UNAVAILABLE;
      case TIMEOUT -> RefusalCode.UPSTREAM_TIMEOUT;
      case MALFORMED -> RefusalCode.UPSTREAM_MALFORMED;
      case TOO_LARGE -> RefusalCode.RESULT_TOO_LARGE;
    };
  }
}
