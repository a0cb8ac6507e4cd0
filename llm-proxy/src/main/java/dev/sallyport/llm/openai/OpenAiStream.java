package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Passes a stream's events on, and looks at each for what it says of the answer. */
final class OpenAiStream implements ReplyStream {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final Set<String> NOT_SAID = Set.of("role", "name", "id", "index", "type");

  private final boolean usageAsked;
  private @Nullable String model;
  private @Nullable String finishReason;
  private @Nullable Usage usage;
  private long contentBytes;

  /**
   * A stream.
   *
   * @param usageAsked whether the caller wants the chunk that tells the usage
   */
  OpenAiStream(boolean usageAsked) {
    this.usageAsked = usageAsked;
  }

  @Override
  public List<Piece> accept(SseFrame event) throws MalformedReplyException {
    if (event.comment()) {
      return List.of(new Piece.Comment(event.lines()));
    }
    if (event.data().length == 0) {
      return List.of(new Piece.Event(event.lines(), false));
    }
    if (Arrays.equals(event.data(), DONE)) {
      if (finishReason == null) {
        throw new MalformedReplyException("ended without a reason");
      }
      return List.of(new Piece.Finished());
    }
    return chunk(event, WireJson.object(event.data()));
  }

  private List<Piece> chunk(SseFrame event, JsonNode chunk) {
    var error = chunk.path("error");
    if (!error.isMissingNode() && !error.isNull()) {
      return List.of(new Piece.Failed(OpenAiErrors.failure(error)));
    }
    if (model == null && chunk.path("model").isTextual()) {
      model = chunk.path("model").textValue();
    }
    OpenAiUsage.read(chunk.path("usage")).ifPresent(counted -> usage = counted);
    var choices = chunk.path("choices");
    long said = 0;
    for (var choice : choices) {
      if (choice.path("finish_reason").isTextual()) {
        finishReason = choice.path("finish_reason").textValue();
      }
      said += said(choice.path("delta"));
    }
    if ("error".equals(finishReason)) {
      return List.of(new Piece.Failed(Failure.of(Failure.Kind.UNAVAILABLE)));
    }
    contentBytes += said;
    boolean usageOnly = choices.isEmpty() && chunk.path("usage").isObject();
    return usageOnly && !usageAsked ? List.of() : List.of(new Piece.Event(event.lines(), said > 0));
  }

  /** How much a delta holds beside who speaks. */
  private static long said(JsonNode delta) {
    long said = 0;
    for (var field : delta.properties()) {
      var value = field.getValue();
      if (value.isNull() || NOT_SAID.contains(field.getKey())) {
        continue;
      }
      if (value.isTextual()) {
        said += value.textValue().length();
      } else if (!value.isContainerNode() || !value.isEmpty()) {
        said += value.toString().length();
      }
    }
    return said;
  }

  @Override
  public Served served() {
    return new Served(
        Optional.ofNullable(model), Optional.ofNullable(finishReason), Optional.ofNullable(usage));
  }

  @Override
  public long contentBytes() {
    return contentBytes;
  }
}
