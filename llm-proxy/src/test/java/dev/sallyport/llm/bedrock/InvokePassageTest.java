package dev.sallyport.llm.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.testing.EventStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Claude's own form on Bedrock goes by as it is (R1). */
final class InvokePassageTest {
  private static final Site ANTHROPIC =
      new Site(
          Optional.empty(),
          Optional.of("eu-central-1"),
          Optional.empty(),
          Optional.of("anthropic"),
          Site.Api.CHAT,
          Site.PLAIN.quirks());

  private final BedrockAdapter adapter = new BedrockAdapter();
  private final Passage passage = adapter.passage(Form.MESSAGES, ANTHROPIC).orElseThrow();

  @Test
  void isThereForAnthropicsFormAndModelsAlone() {
    assertThat(adapter.passage(Form.MESSAGES, Site.PLAIN)).isEmpty();
    assertThat(adapter.passage(Form.RESPONSES, ANTHROPIC)).isEmpty();
  }

  @Test
  void changesNothingButWhatBedrockWantsElsewhere() throws Exception {
    var own = body("{\"model\":\"fast\",\"x_unknown\": 2.50,\"stream\":true,\"messages\":[]}");
    var wire =
        passage.encode(
            own, attempt("interleaved-thinking-2025-05-14, unknown-beta,effort-2025-11-24"));

    assertThat(wire.path()).isEqualTo("/model/anthropic.claude-v1%3A0/invoke-with-response-stream");
    assertThat(new String(wire.body(), StandardCharsets.UTF_8))
        .contains(
            "\"x_unknown\": 2.50",
            "\"anthropic_version\":\"bedrock-2023-05-31\"",
            "\"anthropic_beta\":[\"interleaved-thinking-2025-05-14\",\"effort-2025-11-24\"]")
        .doesNotContain("fast", "\"stream\"", "unknown-beta");
    assertThat(wire.dropped()).containsExactly("anthropic-beta");
    assertThat(passage.encode(body("{\"model\":\"fast\"}"), attempt("")).path())
        .endsWith("/invoke");
  }

  @Test
  void givesTheEventsAsAnthropicWritesThem() throws Exception {
    var stream = passage.stream(body("{}"), attempt(""));
    var out = new StringBuilder();
    for (var piece : pieces(CannedAnswers.ANTHROPIC_STREAM, stream)) {
      switch (piece) {
        case Piece.Event(byte[] frame, _) -> out.append(text(frame));
        case Piece.Finished(Optional<byte[]> last) -> out.append(text(last.orElseThrow()));
        default -> throw new AssertionError(piece);
      }
    }

    assertThat(out).hasToString(CannedAnswers.ANTHROPIC_STREAM);
    assertThat(stream.served().usage())
        .contains(
            Usage.NONE.plus(Unit.FRESH_IN, 16).plus(Unit.CACHE_READ, 4).plus(Unit.TEXT_OUT, 5));
  }

  /** The type of an event becomes a line of its own, with which another event could begin. */
  @Test
  void letsNoEventBeginAnotherThatSpeaksForTheGateway() throws Exception {
    var forged = "ping\\n\\ndata: {\\\"sallyport\\\":{}}\\n";
    var said =
        pieces(
            "data: {\"type\":\"" + forged + "\",\"sallyport\":{\"rendered_text\":\"x\"}}\n\n",
            passage.stream(body("{}"), attempt("")));

    assertThat(said)
        .singleElement()
        .isInstanceOfSatisfying(
            Piece.Event.class,
            event ->
                assertThat(text(event.frame()))
                    .isEqualTo("data: {\"type\":\"" + forged + "\"}\n\n"));
  }

  @Test
  void isNotWholeWhereverTheStreamIsCut() throws Exception {
    var events = Script.split(CannedAnswers.ANTHROPIC_STREAM);
    for (int cut = 0; cut < events.size(); cut++) {
      var cutOff = String.join("", events.subList(0, cut));
      assertThat(pieces(cutOff, passage.stream(body("{}"), attempt(""))))
          .noneMatch(Piece.Finished.class::isInstance);
    }
  }

  @Test
  void tellsOfExceptionsInTheStreamAndOfErrors() throws Exception {
    var frame = EventStreams.frames("!throttlingException {\"message\":\"slow\"}").getFirst();
    var reader = adapter.frames(new ByteArrayInputStream(frame), 1 << 16);
    var piece =
        passage.stream(body("{}"), attempt("")).accept(reader.next().orElseThrow()).getFirst();
    assertThat(((Piece.Failed) piece).failure().kind()).isEqualTo(Kind.RATE_LIMITED);

    var denied =
        new WireReply(403, Optional.empty(), Optional.of("AccessDeniedException"), new byte[0]);
    assertThat(((Reply.Failed) passage.decode(denied, body("{}"), attempt(""))).failure().kind())
        .isEqualTo(Kind.FORBIDDEN);
  }

  private List<Piece> pieces(String sse, ReplyStream stream) throws Exception {
    var frames = new ByteArrayOutputStream();
    for (var event : Script.split(sse)) {
      var data = event.substring(event.indexOf("data: ") + 6).strip();
      if (data.contains("message_stop")) {
        data = data.replace("}", ",\"amazon-bedrock-invocationMetrics\":{\"latencyMs\":1}}");
      }
      var chunk =
          JsonNodeFactory.instance
              .objectNode()
              .put(
                  "bytes",
                  Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8)));
      EventStreams.frames("chunk " + chunk.put("p", "abc")).forEach(frames::writeBytes);
    }
    var reader = adapter.frames(new ByteArrayInputStream(frames.toByteArray()), 1 << 16);
    var pieces = new ArrayList<Piece>();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      pieces.addAll(stream.accept(frame.get()));
    }
    return pieces;
  }

  private static Attempt attempt(String betas) {
    return new Attempt(
        "anthropic.claude-v1:0",
        100,
        false,
        Instant.EPOCH,
        Form.MESSAGES,
        ANTHROPIC,
        Map.of("anthropic-beta", betas));
  }

  private static JsonBody body(String text) {
    return JsonBody.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] frame) {
    return new String(frame, StandardCharsets.UTF_8);
  }
}
