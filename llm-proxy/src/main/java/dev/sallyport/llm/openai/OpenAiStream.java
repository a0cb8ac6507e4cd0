package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Passes a stream's events on, and looks at each for what it says of the answer. */
final class OpenAiStream implements ReplyStream {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final Set<String> NOT_SAID = Set.of("role", "name", "id", "index", "type");

  private final boolean usageAsked;
  private final Attempt attempt;
  private final Set<Integer> begun = new HashSet<>();
  private final Set<Integer> ended = new HashSet<>();
  private @Nullable String model;
  private @Nullable String finishReason;
  private @Nullable String serviceTier;
  private @Nullable Usage usage;
  private long contentBytes;

  /**
   * A stream.
   *
   * @param usageAsked whether the caller wants the chunk that tells the usage
   */
  OpenAiStream(boolean usageAsked, Attempt attempt) {
    this.usageAsked = usageAsked;
    this.attempt = attempt;
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
      if (finishReason == null || !begun.equals(ended)) {
        throw new MalformedReplyException("ended without a reason");
      }
      return List.of(new Piece.Finished());
    }
    return chunk(event, WireJson.object(event.data()));
  }

  private List<Piece> chunk(SseFrame event, ObjectNode chunk) {
    var error = chunk.path("error");
    if (!error.isMissingNode() && !error.isNull()) {
      return List.of(new Piece.Failed(Failure.in(chunk)));
    }
    if (model == null && !chunk.path("model").asText("").isEmpty()) {
      model = chunk.path("model").asText();
    }
    if (chunk.path("service_tier").isTextual()) {
      serviceTier = chunk.path("service_tier").textValue();
    }
    Counts.in(chunk, attempt.site().quirks().counting()).ifPresent(counted -> usage = counted);
    var choices = chunk.path("choices");
    long said = 0;
    for (var choice : choices) {
      begun.add(choice.path("index").asInt(0));
      if (!choice.path("finish_reason").asText("").isEmpty()) {
        ended.add(choice.path("index").asInt(0));
        finishReason = choice.path("finish_reason").asText();
      }
      said += said(choice.path("delta"));
    }
    if ("error".equals(finishReason)) {
      return List.of(new Piece.Failed(Failure.of(Failure.Kind.UNAVAILABLE)));
    }
    contentBytes += said;
    boolean usageOnly = choices.isEmpty() && chunk.path("usage").isObject();
    boolean told = usageOnly ? usageAsked : attempt.from() == Form.CHAT || !choices.isEmpty();
    return told ? List.of(new Piece.Event(frame(event, chunk), said > 0)) : List.of();
  }

  private byte[] frame(SseFrame event, ObjectNode chunk) {
    if (attempt.from() == Form.CHAT) {
      return event.lines();
    }
    var frame = new ByteArrayOutputStream();
    frame.writeBytes(DATA);
    frame.writeBytes(WireJson.bytes(ChatAnswers.extended(chunk, attempt)));
    frame.writeBytes(END);
    return frame.toByteArray();
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
        Optional.ofNullable(model),
        Optional.ofNullable(finishReason),
        Optional.ofNullable(usage),
        Optional.ofNullable(serviceTier));
  }

  @Override
  public long contentBytes() {
    return contentBytes;
  }
}
