package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.InvalidRpcException;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import dev.sallyport.sandbox.process.ChildProcess;
import dev.sallyport.vault.Redactor;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Carries messages to and from one process, a line each, and keeps them as raw trees.
 *
 * <p>Ours rather than the SDK's, because what a hostile process writes must not stop the reader,
 * grow without bound or outlive the session. A line that is no message is skipped; one that begins
 * like a message and is none fails the calls under way, since it may have been their answer. A
 * process that writes too much that nobody asked for is ended.
 */
final class StdioTransport implements McpClientTransport {
  private static final int MAX_QUEUED_MESSAGES = 1_024;

  private final ChildProcess process;
  private final Redactor redactor;
  private final int maxMessageBytes;
  private final Consumer<ObjectNode> onProgress;
  private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MAX_QUEUED_MESSAGES);
  private final UnaskedMessages unasked = new UnaskedMessages(System::nanoTime);
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final AtomicReference<RefusalCode> broken =
      new AtomicReference<>(RefusalCode.UPSTREAM_UNAVAILABLE);
  private volatile boolean closed;
  private volatile Runnable failCalls = () -> {};
  private volatile @Nullable Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler;
  private final StdioSettings settings;

  StdioTransport(
      StdioSettings settings, ProcessStarter.Started started, Consumer<ObjectNode> onProgress) {
    this.settings = settings;
    process = started.process();
    redactor = started.redactor();
    maxMessageBytes = settings.maxMessageBytes();
    this.onProgress = onProgress;
  }

  /** A message of the server, with what was lent taken out. */
  record Incoming(RpcMessage message, long bytes, int redacted) {}

  /** A request on its way out, which learns its id here. */
  static final class Asking {
    private final ObjectNode params;
    private volatile @Nullable String id;

    Asking(ObjectNode params) {
      this.params = params;
    }
  }

  boolean isAlive() {
    return !closed && process.isAlive();
  }

  /** Why calls fail that are under way when the session ends. */
  RefusalCode broken() {
    return broken.get();
  }

  /** Says how to fail the calls under way. */
  void whenBroken(Runnable fail) {
    failCalls = fail;
    if (!isAlive()) {
      fail.run();
    }
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> incoming) {
    handler = incoming;
    start("out", this::readMessages);
    start("in", this::writeMessages);
    return Mono.empty();
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.fromRunnable(() -> write(toTree(message)));
  }

  @Override
  @SuppressWarnings("unchecked") // the session hands back what readMessages gave it
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return (T) data;
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(() -> close(RefusalCode.UPSTREAM_UNAVAILABLE));
  }

  void write(ObjectNode message) {
    if (!outgoing.offer(Json.bytes(message))) {
      close(RefusalCode.UPSTREAM_TIMEOUT);
    }
    if (!isAlive()) {
      throw new Refusal(broken());
    }
  }

  /** Has an answer that may still come dropped, and tells the server that nobody waits for it. */
  void cancel(Asking request) {
    var id = request.id;
    if (id != null && asked.remove(id) && isAlive()) {
      var _ = outgoing.offer(Json.bytes(Protocol.cancelled(TextNode.valueOf(id))));
    }
  }

  /** Waits until the process and all that it started have ended. */
  void awaitEnd() {
    process.close();
  }

  /** Fails the calls under way, and has the process and all that it started end. */
  void close(RefusalCode reason) {
    if (closed) {
      return;
    }
    closed = true;
    broken.set(reason);
    failCalls.run();
    start("end", process::close);
  }

  private ObjectNode toTree(JSONRPCMessage message) {
    return switch (message) {
      case JSONRPCRequest request -> {
        var id = String.valueOf(request.id());
        var asking = (Asking) request.params();
        asked.add(id);
        asking.id = id;
        yield RpcMessage.request(TextNode.valueOf(id), request.method(), asking.params);
      }
      case JSONRPCResponse answer when answer.error() == null ->
          RpcMessage.response(rawId(answer.id()), Json.object());
      case JSONRPCResponse refused ->
          RpcMessage.failure(
              rawId(refused.id()), RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found"));
      default -> throw new IllegalArgumentException("not a message that is sent here");
    };
  }

  private void writeMessages() {
    try (var out = process.stdin()) {
      while (isAlive()) {
        var message = outgoing.poll(1, TimeUnit.SECONDS);
        if (message != null) {
          out.write(message);
          out.write('\n');
          out.flush();
        }
      }
    } catch (IOException _) {
      close(RefusalCode.UPSTREAM_UNAVAILABLE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void readMessages() {
    try (var lines = new LineReader(process.stdout(), maxMessageBytes)) {
      while (lines.next()) {
        boolean wanted =
            lines.startsWith('{')
                && receive(Json.parseResult(lines.buffer(), lines.length()), lines.length());
        if (!wanted && !unasked.admits(lines.length())) {
          close(RefusalCode.UPSTREAM_MALFORMED);
          return;
        }
      }
      close(RefusalCode.UPSTREAM_UNAVAILABLE);
    } catch (LineReader.LineTooLongException _) {
      close(RefusalCode.RESULT_TOO_LARGE);
    } catch (MalformedJsonException | InvalidRpcException _) {
      close(RefusalCode.UPSTREAM_MALFORMED);
    } catch (IOException | RuntimeException _) {
      close(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }

  /** Takes a message in; false if nobody waited for it. */
  private boolean receive(JsonNode tree, int bytes) throws InvalidRpcException {
    int before = redactor.found();
    var message = RpcMessage.of(redactor.redact(tree));
    var incoming = new Incoming(message, bytes, redactor.found() - before);
    return switch (message) {
      case RpcMessage.Response(var id, _) -> answer(id, incoming);
      case RpcMessage.Failure(var id, _) -> answer(id, incoming);
      case RpcMessage.Request(var id, var method, _) -> {
        pass(new JSONRPCRequest(method.equals("ping") ? method : "unknown", sdkId(id)));
        yield false;
      }
      case RpcMessage.Notification(var method, var params) -> {
        if (method.equals(Protocol.PROGRESS)) {
          onProgress.accept(params);
        }
        yield false;
      }
    };
  }

  /** An id as the SDK takes it; of an id that it does not take, a text. */
  private static Object sdkId(JsonNode id) {
    return id.isIntegralNumber() && id.canConvertToLong() ? id.longValue() : id.asText();
  }

  private static JsonNode rawId(Object id) {
    return id instanceof Number number
        ? LongNode.valueOf(number.longValue())
        : TextNode.valueOf(String.valueOf(id));
  }

  /** Passes an answer on; one that answers nothing under way is dropped. */
  private boolean answer(JsonNode id, Incoming incoming) {
    boolean wanted = id.isTextual() && asked.remove(id.textValue());
    if (wanted) {
      pass(JSONRPCResponse.result(id.textValue(), incoming));
    }
    return wanted;
  }

  private void pass(JSONRPCMessage message) {
    var to = handler;
    if (to != null) {
      to.apply(Mono.just(message)).subscribe();
    }
  }

  private void start(String stream, Runnable work) {
    Thread.ofPlatform().daemon().name(threadName(stream)).start(work);
  }

  private String threadName(String stream) {
    return "mcp-" + settings.name() + "-" + stream;
  }

  @Override
  public void close() {
    close(RefusalCode.UPSTREAM_UNAVAILABLE);
  }
}
