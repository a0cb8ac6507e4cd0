package dev.sallyport.llm.http;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.http.GradualAnswer;
import dev.sallyport.llm.AnswerHead;
import dev.sallyport.llm.StreamSink;
import dev.sallyport.llm.skin.SkinStream;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes a stream as the body of a response, each event at once. */
final class HttpStreamSink implements StreamSink, AutoCloseable {
  private final ServerResponse response;
  private final SkinStream skin;
  private final UnaryOperator<String> ownName;
  private final boolean openRouter;
  private Supplier<Optional<BigDecimal>> costUsd = Optional::empty;
  private @Nullable OutputStream out;

  /**
   * A stream.
   *
   * @param ownName what a member of the chat form is called in the client's
   * @param openRouter whether the client looks for the shape of OpenRouter's, costs and all
   */
  HttpStreamSink(
      ServerResponse response, SkinStream skin, UnaryOperator<String> ownName, boolean openRouter) {
    this.response = response;
    this.ownName = ownName;
    this.skin = skin;
    this.openRouter = openRouter;
  }

  @Override
  public void open(AnswerHead head) {
    AnswerHeaders.set(response, head, ownName);
    response
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(HeaderNames.CACHE_CONTROL, "no-store");
    out = GradualAnswer.open(response);
  }

  @Override
  public void costs(Supplier<Optional<BigDecimal>> usd) {
    costUsd = usd;
  }

  @Override
  public void event(byte[] frame) throws IOException {
    write(skin.accept(openRouter ? OpenRouterShape.inFrame(frame, costUsd) : frame));
  }

  @Override
  public void own(byte[] frame) throws IOException {
    skin.passed(frame);
    write(frame);
  }

  @Override
  public void end(Optional<byte[]> own) throws IOException {
    if (own.isPresent()) {
      own(own.get());
    } else {
      write(skin.end());
    }
  }

  @Override
  public void broken(Refusal why) throws IOException {
    write(skin.broken(why));
  }

  @Override
  public void waiting() throws IOException {
    write(skin.waiting());
  }

  private void write(List<byte[]> frames) throws IOException {
    for (var frame : frames) {
      write(frame);
    }
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
