package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Refused;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the pieces of a streamed answer into chunks of a chat answer. No event says that an answer
 * is whole: it is if, at the end of the stream, each of its candidates has said why it ended.
 */
final class GeminiStream implements ReplyStream {
  /** How an answer was served. */
  static final JsonPointer TRAFFIC = JsonPointer.compile("/usageMetadata/trafficType");

  private final boolean usageAsked;
  private final Attempt attempt;
  private final TreeMap<Integer, Candidate> candidates = new TreeMap<>();
  private final LeftOut leftOut = AnswerMembers.leftOut();
  private JsonNode traffic = MissingNode.getInstance();
  private @Nullable AnswerName name;
  private @Nullable CallIds ids;
  private Optional<Usage> usage = Optional.empty();

  GeminiStream(boolean usageAsked, Attempt attempt) {
    this.usageAsked = usageAsked;
    this.attempt = attempt;
  }

  @Override
  public List<Piece> accept(SseFrame frame) throws MalformedReplyException {
    if (frame.comment()) {
      return List.of(new Piece.Comment(frame.lines()));
    }
    if (frame.data().length == 0) {
      return List.of();
    }
    var event = WireJson.tree(frame.data());
    var error = GeminiErrors.of(event);
    if (error.isPresent()) {
      return List.of(new Piece.Failed(error.get()));
    }
    if (!event.isObject()) {
      throw new MalformedReplyException("not an object");
    }
    usage = UsageReader.read(event.path("usageMetadata")).or(() -> usage);
    if (candidates.isEmpty() && event.at("/promptFeedback/blockReason").isTextual()) {
      return List.of(new Piece.Failed(GeminiErrors.blocked(event.path("promptFeedback"))));
    }
    leftOut.look("", event);
    if (event.at(TRAFFIC).isTextual()) {
      traffic = event.at(TRAFFIC);
    }
    return pieces(event);
  }

  private List<Piece> pieces(JsonNode event) throws MalformedReplyException {
    var called = name == null ? AnswerName.of(event, attempt) : name;
    var numbered = ids == null ? new CallIds(called.id()) : ids;
    name = called;
    ids = numbered;
    var pieces = new ArrayList<Piece>();
    for (var piece : event.path("candidates")) {
      int index = piece.path("index").asInt(0);
      var candidate = candidates.get(index);
      if (candidate == null) {
        candidate = new Candidate(numbered, leftOut);
        candidates.put(index, candidate);
        var first = JsonNodeFactory.instance.objectNode().put("role", "assistant");
        pieces.add(chunk(called, index, first.put("content", ""), false));
      }
      boolean ended = candidate.reason().isPresent();
      for (var delta : candidate.accept(piece)) {
        pieces.add(chunk(called, index, delta, true));
      }
      logprobs(called, index, piece).ifPresent(pieces::add);
      if (!ended && candidate.reason().isPresent() && candidate.finishReason().isEmpty()) {
        pieces.add(new Piece.Failed(GeminiErrors.unusable(candidate.reason().orElseThrow())));
      }
    }
    return pieces;
  }

  private static Optional<Piece> logprobs(AnswerName name, int index, JsonNode piece) {
    var likely = Logprobs.of(piece);
    if (likely.isNull()) {
      return Optional.empty();
    }
    var chunk = chunk(name, index, JsonNodeFactory.instance.objectNode());
    ((ObjectNode) chunk.at("/choices/0")).set("logprobs", likely);
    return Optional.of(new Piece.Event(frame(chunk), false));
  }

  @Override
  public List<Piece> end() {
    var called = name;
    if (called == null
        || candidates.isEmpty()
        || candidates.values().stream().anyMatch(one -> one.finishReason().isEmpty())) {
      return List.of();
    }
    var pieces = new ArrayList<Piece>();
    candidates.values().forEach(Candidate::nameUntold);
    for (Map.Entry<Integer, Candidate> one : candidates.entrySet()) {
      var delta = JsonNodeFactory.instance.objectNode();
      var chunk = chunk(called, one.getKey(), delta);
      var choice = (ObjectNode) chunk.at("/choices/0");
      choice
          .put("finish_reason", one.getValue().finishReason().orElseThrow())
          .put("native_finish_reason", one.getValue().reason().orElseThrow());
      one.getValue()
          .refusal()
          .ifPresent(words -> {
            delta.put("refusal", words);
            Refused.put(choice, MissingNode.getInstance());
          });
      if (pieces.isEmpty()) {
        ServiceTier.put(chunk, traffic, leftOut);
        leftOut.tell(chunk);
      }
      pieces.add(new Piece.Event(frame(chunk), false));
    }
    usage
        .filter(_ -> usageAsked)
        .ifPresent(counted -> {
          var chunk = called.object("chat.completion.chunk");
          chunk.putArray("choices");
          chunk.set("usage", ChatUsage.of(counted));
          pieces.add(new Piece.Event(frame(chunk), false));
        });
    pieces.add(new Piece.Finished());
    return pieces;
  }

  private static Piece chunk(AnswerName name, int index, ObjectNode delta, boolean content) {
    return new Piece.Event(frame(chunk(name, index, delta)), content);
  }

  private static ObjectNode chunk(AnswerName name, int index, ObjectNode delta) {
    var chunk = name.object("chat.completion.chunk");
    var choice = chunk.putArray("choices").addObject().put("index", index);
    choice.set("delta", delta);
    choice.putNull("logprobs").putNull("finish_reason");
    return chunk;
  }

  private static byte[] frame(ObjectNode chunk) {
    var frame = new ByteArrayOutputStream(256);
    frame.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    frame.writeBytes(WireJson.bytes(chunk));
    frame.writeBytes(new byte[] {'\n', '\n'});
    return frame.toByteArray();
  }

  @Override
  public Served served() {
    return new Served(
        Optional.ofNullable(name).map(AnswerName::model),
        candidates.values().stream().flatMap(one -> one.finishReason().stream()).findFirst(),
        usage);
  }

  @Override
  public long contentBytes() {
    return candidates.values().stream().mapToLong(Candidate::said).sum();
  }
}
