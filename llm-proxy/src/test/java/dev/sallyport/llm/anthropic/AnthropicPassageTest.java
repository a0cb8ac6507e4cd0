package dev.sallyport.llm.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.SkinSink;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnthropicPassageTest {
  private static final int BODIES = 1_000;

  private final MessagesSkin skin = new MessagesSkin();
  private final AnthropicPassage passage = new AnthropicPassage();

  /** R1: whatever Anthropic may come to know goes on byte by byte. */
  @Test
  void passesFuzzedBodiesOnEqualButForTheModel() {
    var random = new Random(20_261_122);
    for (int i = 0; i < BODIES; i++) {
      var body = new FuzzedMessages(random).body();
      var own = skin.read(with(body, "fast")).own().orElseThrow();

      var wire = passage.encode(own, attempt(Map.of()));

      assertThat(new String(wire.body(), UTF_8)).isEqualTo(body.replace("@MODEL@", "up-\\\"1\\\""));
      assertThat(wire.dropped()).isEmpty();
    }
  }

  @Test
  void leavesOutOnlyWhatIsMeantForSallyport() {
    var body =
        "{\"model\":\"fast\",\"max_tokens\":1, \"x\":2.50,\"provider\":{\"zdr\":true},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    var own = skin.read(body.getBytes(UTF_8)).own().orElseThrow();

    assertThat(sent(AnthropicBody.anthropic(own, "up")))
        .isEqualTo(body.replace("fast", "up").replace("\"provider\":{\"zdr\":true},", ""));
    assertThat(sent(AnthropicBody.vertex(own)))
        .isEqualTo(
            "{\"anthropic_version\":\"vertex-2023-10-16\",\"max_tokens\":1, \"x\":2.50,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
    var streamed = JsonBody.parse(body.replace("\"x\":2.50", "\"stream\":true").getBytes(UTF_8));
    assertThat(sent(AnthropicBody.bedrock(streamed, List.of("a-1"))))
        .isEqualTo(
            "{\"anthropic_version\":\"bedrock-2023-05-31\",\"anthropic_beta\":[\"a-1\"],"
                + "\"max_tokens\":1, \"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2023-06-01 | a-2025-01-01, b-2025-01-01,,a-2025-01-01 | 2023-06-01 |"
            + " a-2025-01-01,b-2025-01-01",
        "2026-10-21 | '' | 2026-10-21 | ",
        "latest | '' | 2023-06-01 | ",
      })
  void namesTheVersionAndTheBetasThatTheCallerNames(
      String version, String beta, String sentVersion, String sentBeta) {
    var own = skin.read(with(FuzzedMessages.PLAIN, "fast")).own().orElseThrow();
    var headers = Map.of("anthropic-version", version, "anthropic-beta", beta);

    var sent = passage.encode(own, attempt(headers)).headers();

    assertThat(sent).containsEntry("anthropic-version", sentVersion);
    assertThat(Optional.ofNullable(sent.get("anthropic-beta")))
        .isEqualTo(Optional.ofNullable(sentBeta));
    assertThat(AnthropicBody.betas(attempt(headers), Set.of("b-2025-01-01")))
        .hasSize(sentBeta == null ? 0 : 1);
  }

  /** litellm #31069, agent-framework #7143: what message_delta tells is a total. */
  @Test
  void countsATokenOnceWhereTheStreamTellsOfItTwice() throws Exception {
    var start = "\"input_tokens\":16,\"cache_creation_input_tokens\":0";
    var recorded =
        CannedAnswers.ANTHROPIC_STREAM
            .replace(
                start,
                "\"input_tokens\":16,\"cache_creation_input_tokens\":7,"
                    + "\"cache_creation\":{\"ephemeral_1h_input_tokens\":3}")
            .replace(
                "{\"output_tokens\":5}",
                "{\"input_tokens\":16,\"cache_creation_input_tokens\":7,"
                    + "\"cache_read_input_tokens\":4,\"output_tokens\":5,"
                    + "\"output_tokens_details\":{\"thinking_tokens\":2}}");
    var stream = passage.stream(JsonBody.parse("{}".getBytes(UTF_8)), attempt(Map.of()));
    var reader = new SseReader(new ByteArrayInputStream(recorded.getBytes(UTF_8)), 1 << 20);
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      stream.accept(frame.get());
    }

    assertThat(stream.served().usage())
        .contains(
            Usage.NONE
                .plus(Unit.FRESH_IN, 16)
                .plus(Unit.CACHE_READ, 4)
                .plus(Unit.CACHE_WRITE_5M, 4)
                .plus(Unit.CACHE_WRITE_1H, 3)
                .plus(Unit.TEXT_OUT, 3)
                .plus(Unit.REASONING_OUT, 2));
  }

  /** R1 of answers: events that nobody here knows, and answers that are errors in spite of 200. */
  @Test
  void passesAnswersOnAsTheyAre() throws Exception {
    var known = Script.split(CannedAnswers.ANTHROPIC_STREAM);
    known.add(2, "event: x_new\nid: 7\ndata: {\"type\":\"x_new\",\"n\":1.50}\n\n");
    known.add(
        5,
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
            + "\"delta\":{\"type\":\"y_delta\",\"y\":[2.50]}}\n\n");
    var whole =
        "{\"type\":\"message\",\"content\":[], \"stop_reason\":\"end_turn\",\"x\":2.50,"
            + "\"model\":\"m\"}";
    try (var testing = new TestingProxy();
        var upstream = new FakeProvider()) {
      testing.provider("anthropic", "anthropic", upstream.base());
      testing.deployment("d", "smart", "anthropic", 0);
      upstream.answers(Script.events(known), Script.json(200, whole));
      var streamed =
          skin.read(with(FuzzedMessages.PLAIN.replaceFirst("\\{", "{\"stream\":true,"), "smart"));
      var sink = new SkinSink(skin.stream(streamed));

      testing.proxy.relay(testing.caller(), streamed, Exchange.AS_IT_IS, sink);
      var answer =
          testing.proxy.answer(
              testing.caller(), skin.read(with(FuzzedMessages.PLAIN, "smart")), Exchange.AS_IT_IS);

      assertThat(sink.text()).isEqualTo(String.join("", known));
      assertThat(answer.form()).isEqualTo(Form.MESSAGES);
      assertThat(sent(answer.body())).isEqualTo(whole);
    }
    var error = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}";
    var reply = new WireReply(200, Optional.empty(), error.getBytes(UTF_8));
    var own = JsonBody.parse("{}".getBytes(UTF_8));
    assertThat(passage.decode(reply, own, attempt(Map.of()))).isInstanceOf(Reply.Failed.class);
  }

  private static Attempt attempt(Map<String, String> headers) {
    return new Attempt("up-\"1\"", 100, false, Instant.EPOCH, Form.MESSAGES, Site.PLAIN, headers);
  }

  private static byte[] with(String body, String model) {
    return body.replace("@MODEL@", model).getBytes(UTF_8);
  }

  private static String sent(byte[] body) {
    return new String(body, UTF_8);
  }
}
