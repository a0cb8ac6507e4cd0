package dev.sallyport.llm.bedrock;

import dev.sallyport.llm.eventstream.EventStreamReader;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.util.Base64;
import java.util.List;

/** Takes Anthropic's events out of those of InvokeModel, which carry each in base64. */
final class InvokeStream implements ReplyStream {
  /** What Bedrock adds to the last event. */
  private static final String METRICS = "amazon-bedrock-invocationMetrics";

  private final ReplyStream anthropic;

  /** As Anthropic's own events are read. */
  InvokeStream(ReplyStream anthropic) {
    this.anthropic = anthropic;
  }

  @Override
  public List<Piece> accept(SseFrame frame) throws MalformedReplyException {
    if (frame.name().startsWith(EventStreamReader.EXCEPTION)) {
      var type = frame.name().substring(EventStreamReader.EXCEPTION.length());
      return List.of(new Piece.Failed(Errors.failure(type, frame.data())));
    }
    if (!frame.name().equals("chunk")) {
      return List.of();
    }
    var data = bytes(WireJson.object(frame.data()).path("bytes").asText(""));
    var event = WireJson.object(data);
    if (event.remove(METRICS) != null) {
      data = WireJson.bytes(event);
    }
    return anthropic.accept(SseFrame.of(event.path("type").asText(""), data));
  }

  private static byte[] bytes(String base64) throws MalformedReplyException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new MalformedReplyException("a chunk that is not base64");
    }
  }

  @Override
  public Served served() {
    return anthropic.served();
  }

  @Override
  public long contentBytes() {
    return anthropic.contentBytes();
  }
}
