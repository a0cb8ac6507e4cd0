package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What the client of one session was asked and has not answered yet. Thread-safe. */
final class Questions {
  /** How long a client, which may have to ask a person, has for an answer. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int MOST = 64;

  private final Map<String, CompletableFuture<ClientAnswer>> open = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

  /**
   * Asks, and waits for the answer.
   *
   * @param send sends a message to the client
   * @throws Refusal with UPSTREAM_UNAVAILABLE if the thread is interrupted, as it is where the
   *     request was given up
   */
  ClientAnswer ask(String method, ObjectNode params, Consumer<ObjectNode> send) {
    if (open.size() >= MOST) {
      return refused("Too many questions are open.");
    }
    var id = "sallyport-" + ids.incrementAndGet();
    var answer = new CompletableFuture<ClientAnswer>();
    open.put(id, answer);
    try {
      send.accept(RpcMessage.request(TextNode.valueOf(id), method, params));
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return refused("The client did not answer in time.");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer never fails", e);
    } finally {
      open.remove(id);
    }
  }

  /** Takes what the client says; what answers nothing is dropped. */
  void answered(JsonNode id, ClientAnswer answer) {
    var waiting = id.isTextual() ? open.get(id.textValue()) : null;
    if (waiting != null) {
      waiting.complete(answer);
    }
  }

  /** Says to all who wait that there will be no answer. */
  void close() {
    open.values().forEach(waiting -> waiting.complete(refused("The session has ended.")));
  }

  private static ClientAnswer refused(String why) {
    return new ClientAnswer.Refused(RpcError.of(RpcError.INTERNAL_ERROR, why).toJson());
  }
}
