package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.mcp.upstream.Progress;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one call: in one piece, or as a stream once there is progress to tell.
 *
 * <p>A stream that has nothing to tell says from time to time that it is still there, which is also
 * how it is found out that the caller has left: then the call is given up.
 */
final class CallStream implements Progress, AutoCloseable {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STILL_THERE = ": \n\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerResponse response;
  private final Optional<JsonNode> token;
  private final Cancellation cancellation = new Cancellation();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition done = lock.newCondition();
  private @Nullable OutputStream stream;
  private boolean finished;

  /**
   * A stream for a call.
   *
   * @param token the caller's own, by which it knows the progress; empty if it wants none
   */
  CallStream(ServerResponse response, Optional<JsonNode> token, Duration keepAlive) {
    this.response = response;
    this.token = token;
    if (token.isPresent()) {
      Thread.ofVirtual().name("mcp-keep-alive").start(() -> keepAlive(keepAlive));
    }
  }

  @Override
  public boolean isWanted() {
    return token.isPresent();
  }

  @Override
  public Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public void report(ObjectNode params) {
    if (token.isEmpty()) {
      return;
    }
    var own = Json.object().<ObjectNode>set(Meta.PROGRESS_TOKEN, token.get());
    params.properties().forEach(member -> own.set(member.getKey(), member.getValue()));
    own.set(Meta.PROGRESS_TOKEN, token.get());
    lock.lock();
    try {
      if (!finished) {
        write(Json.bytes(RpcMessage.notification("notifications/progress", own)));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends with the message that answers the call. */
  void finish(HttpAnswer answer) {
    lock.lock();
    try {
      finished = true;
      done.signalAll();
      if (stream == null) {
        answer.send(response);
      } else {
        answer.body().ifPresent(message -> write(Json.bytes(message)));
        end();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends without one if none came. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (!finished) {
        finished = true;
        done.signalAll();
        end();
      }
    } finally {
      lock.unlock();
    }
  }

  private void keepAlive(Duration every) {
    lock.lock();
    try {
      while (!finished) {
        if (done.awaitNanos(every.toNanos()) <= 0 && !finished) {
          writeRaw(STILL_THERE);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void write(byte[] message) {
    var event = new byte[DATA.length + message.length + END.length];
    System.arraycopy(DATA, 0, event, 0, DATA.length);
    System.arraycopy(message, 0, event, DATA.length, message.length);
    System.arraycopy(END, 0, event, DATA.length + message.length, END.length);
    writeRaw(event);
  }

  private void writeRaw(byte[] bytes) {
    try {
      var out = opened();
      out.write(bytes);
      out.flush();
    } catch (IOException | RuntimeException _) {
      cancellation.cancel();
    }
  }

  private OutputStream opened() {
    var open = stream;
    if (open == null) {
      response
          .status(Status.OK_200)
          .header(HeaderNames.CONTENT_TYPE, "text/event-stream")
          .header(HeaderNames.CACHE_CONTROL, "no-store")
          .header("X-Accel-Buffering", "no");
      open = response.outputStream();
      stream = open;
    }
    return open;
  }

  private void end() {
    var open = stream;
    if (open != null) {
      try {
        open.close();
      } catch (IOException | RuntimeException _) {
        cancellation.cancel();
      }
    }
  }
}
