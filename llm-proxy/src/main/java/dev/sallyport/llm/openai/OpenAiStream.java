package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CallPlaces;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Passes a stream's events on, and looks at each for what it says of the answer. */
final class OpenAiStream implements ReplyStream {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final boolean usageAsked;
  private final Attempt attempt;
  private final Set<Integer> begun = new HashSet<>();
  private final Set<Integer> ended = new HashSet<>();
  private final Map<Integer, CallPlaces> calls = new HashMap<>();
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
    return chunk(event);
  }

  /** Makes a tree of it only if it is not passed on as it came. */
  private List<Piece> chunk(SseFrame event) throws MalformedReplyException {
    var counting = attempt.site().quirks().counting();
    if (attempt.from() == Form.CHAT && counting.at().isEmpty()) {
      var look = ChunkLook.at(event.data());
      if (look.failed()) {
        return failed(WireJson.object(event.data()));
      }
      var cleaned =
          look.speaksForUs()
              ? framed(ChatAnswers.withoutOurs(WireJson.object(event.data())))
              : event.lines();
      return pieces(look, Counts.read(look.usage(), counting), () -> cleaned);
    }
    var chunk = WireJson.object(event.data());
    var look = ChunkLook.at(chunk);
    return look.failed()
        ? failed(chunk)
        : pieces(look, Counts.in(chunk, counting), () -> frame(event, chunk));
  }

  private static List<Piece> failed(ObjectNode chunk) {
    return List.of(new Piece.Failed(Failure.in(chunk)));
  }

  private List<Piece> pieces(ChunkLook look, Optional<Usage> counted, Supplier<byte[]> frame) {
    counted.ifPresent(told -> usage = told);
    if (model == null && !look.model().isEmpty()) {
      model = look.model();
    }
    look.serviceTier().ifPresent(tier -> serviceTier = tier);
    long said = 0;
    for (var choice : look.choices()) {
      begun.add(choice.index());
      if (!choice.finishReason().isEmpty()) {
        ended.add(choice.index());
        finishReason = choice.finishReason();
      }
      said += choice.said();
    }
    if ("error".equals(finishReason)) {
      return List.of(new Piece.Failed(Failure.of(Failure.Kind.UNAVAILABLE)));
    }
    contentBytes += said;
    boolean usageOnly = look.choices().isEmpty() && look.usage().isObject();
    boolean told =
        usageOnly ? usageAsked : attempt.from() == Form.CHAT || !look.choices().isEmpty();
    return told ? List.of(new Piece.Event(frame.get(), said > 0)) : List.of();
  }

  private byte[] frame(SseFrame event, ObjectNode chunk) {
    if (attempt.from() == Form.CHAT) {
      return chunk.has(LeftOut.BESIDE) ? framed(ChatAnswers.withoutOurs(chunk)) : event.lines();
    }
    chunk.path("choices").forEach(this::placeCalls);
    return framed(WireJson.bytes(ChatAnswers.extended(chunk, attempt)));
  }

  private static byte[] framed(byte[] chunk) {
    return SseFrame.of("", chunk).lines();
  }

  /** Gives each call an index of its own, by which all other forms go. */
  private void placeCalls(JsonNode choice) {
    var places = calls.computeIfAbsent(choice.path("index").asInt(0), _ -> new CallPlaces());
    for (var call : choice.path("delta").path("tool_calls")) {
      if (call instanceof ObjectNode told) {
        told.put("index", places.of(told));
      }
    }
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
