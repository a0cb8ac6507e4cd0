package dev.sallyport.llm.http;

import dev.sallyport.llm.AnswerHead;
import dev.sallyport.llm.StreamSink;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes a stream as the body of a response, each event at once. */
final class HttpStreamSink implements StreamSink, AutoCloseable {
  private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerResponse response;
  private @Nullable OutputStream out;

  HttpStreamSink(ServerResponse response) {
    this.response = response;
  }

  @Override
  public void open(AnswerHead head) {
    AnswerHeaders.set(response, head);
    response
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header("X-Accel-Buffering", "no");
    out = response.outputStream();
  }

  @Override
  public void event(byte[] frame) throws IOException {
    write(frame);
  }

  @Override
  public void waiting() throws IOException {
    write(KEEP_ALIVE);
  }

  private void write(byte[] bytes) throws IOException {
    var body = out;
    if (body == null) {
      throw new IllegalStateException("not open");
    }
    try {
      body.write(bytes);
      body.flush();
    } catch (RuntimeException e) {
      throw new IOException("the caller has left", e); // as Helidon reports a broken connection
    }
  }

  @Override
  public void close() {
    var body = out;
    if (body == null) {
      return;
    }
    try {
      body.close();
    } catch (IOException | RuntimeException _) {
      return; // the caller has left, which was found out before
    }
  }
}
