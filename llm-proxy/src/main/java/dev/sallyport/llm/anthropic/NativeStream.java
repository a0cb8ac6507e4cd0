package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.SpokenForUs;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes the events of a streamed message on, and looks at each for what it says of the answer. */
final class NativeStream implements ReplyStream {
  private final MessageUsage usage = new MessageUsage();
  private boolean started;
  private @Nullable String model;
  private @Nullable String finishReason;
  private long contentBytes;

  @Override
  public List<Piece> accept(SseFrame came) throws MalformedReplyException {
    if (came.comment()) {
      return List.of(new Piece.Comment(came.lines()));
    }
    if (came.data().length == 0) {
      return List.of(new Piece.Event(came.lines(), false));
    }
    var event = WireJson.object(came.data());
    var frame = SpokenForUs.dropped(event, "message", came);
    boolean content = false;
    switch (event.path("type").asText("")) {
      case "message_start" -> start(event.path("message"));
      case "content_block_start" -> content = said(event.path("content_block"));
      case "content_block_delta" -> content = said(event.path("delta"));
      case "message_delta" -> delta(event);
      case "message_stop" -> {
        return List.of(stop(frame));
      }
      case "error" -> {
        return List.of(new Piece.Failed(Failure.said(event.path("error"))));
      }
      default -> {} // ping, the end of a block, and whatever comes
    }
    return List.of(new Piece.Event(frame.lines(), content));
  }

  private void start(JsonNode message) {
    started = true;
    model = message.path("model").textValue();
    usage.report(message.path("usage"));
  }

  /** Whether there is more to a block, or to a part of one, than that it begins. */
  private boolean said(JsonNode part) throws MalformedReplyException {
    if (!started) {
      throw new MalformedReplyException("a message that did not begin");
    }
    long bytes = 0;
    for (var field : part.properties()) {
      if (!field.getKey().equals("type")) {
        var value = field.getValue();
        bytes += value.isTextual() ? value.textValue().length() : value.toString().length();
      }
    }
    contentBytes += bytes;
    return switch (part.path("type").asText("")) {
      case "text" -> !part.path("text").asText("").isEmpty();
      case "thinking" -> !part.path("thinking").asText("").isEmpty();
      default -> bytes > 0;
    };
  }

  private void delta(JsonNode event) {
    usage.report(event.path("usage"));
    var reason = event.path("delta").path("stop_reason");
    if (reason.isTextual()) {
      finishReason = StopReason.chat(reason.textValue());
    }
  }

  private Piece stop(SseFrame frame) throws MalformedReplyException {
    if (!started || finishReason == null) {
      throw new MalformedReplyException("ended without a reason");
    }
    return new Piece.Finished(Optional.of(frame.lines()));
  }

  @Override
  public Served served() {
    return new Served(
        Optional.ofNullable(model),
        Optional.ofNullable(finishReason),
        usage.usage(),
        usage.serviceTier());
  }

  @Override
  public long contentBytes() {
    return contentBytes;
  }
}
