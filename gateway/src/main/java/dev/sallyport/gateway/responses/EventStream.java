package dev.sallyport.gateway.responses;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events to one client. Opens with the first event; while nothing else goes out, a
 * comment does from time to time, so that a client that has left is noticed.
 */
final class EventStream implements AutoCloseable {
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final byte[] COMMENT = ": working\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerResponse response;
  private final JsonMapper mapper;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable OutputStream out;
  private @Nullable Thread heart;

  EventStream(ServerResponse response, JsonMapper mapper) {
    this.response = response;
    this.mapper = mapper;
  }

  void send(ObjectNode event) throws IOException {
    var frame =
        ("event: "
                + event.path("type").asText()
                + "\ndata: "
                + mapper.writeValueAsString(event)
                + "\n\n")
            .getBytes(StandardCharsets.UTF_8);
    write(frame);
    if (heart == null) {
      heart = Thread.ofVirtual().start(this::beat);
    }
  }

  private void write(byte[] frame) throws IOException {
    lock.lock();
    try {
      var stream = out == null ? open() : out;
      stream.write(frame);
      stream.flush();
    } catch (RuntimeException e) {
      throw new IOException("the caller has left", e); // as Helidon reports a broken connection
    } finally {
      lock.unlock();
    }
  }

  private OutputStream open() {
    response
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header(HeaderNames.create("X-Accel-Buffering"), "no");
    var stream = response.outputStream();
    out = stream;
    return stream;
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(HEARTBEAT);
        write(COMMENT);
      }
    } catch (InterruptedException | IOException | RuntimeException _) {
      // The stream has ended, or the next event will find that the client has left.
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (heart != null) {
        heart.interrupt();
      }
      if (out != null) {
        out.close();
      }
    } catch (RuntimeException e) {
      throw new IOException("the caller has left", e);
    } finally {
      lock.unlock();
    }
  }
}
