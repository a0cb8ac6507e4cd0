package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.sse.FrameData;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.SkinSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R11: providers that say the credential that they were asked with, bit by bit. */
final class StreamedSecretsTest {
  private static final String SECRET = TestingProxy.SECRET;
  private static final String BEGUN = SECRET.substring(0, 9);
  private static final String MARK = "[REDACTED:fake]";

  private final FakeProvider upstream = new FakeProvider().lenient();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({"openai, chat", "openai, responses", "anthropic, chat", "gemini, chat"})
  void giveItToNoCallerOfAnyForm(String protocol, String api) {
    var provider = protocol + " " + api;
    testing.played("first", protocol, upstream);
    testing.deploymentOf("fast", "first", api, 0);
    for (var skin : Wires.skins(testing.clock)) {
      if (skin.form() != Form.EMBEDDINGS) {
        for (int cut = 1; cut < SECRET.length(); cut++) {
          check(skin, provider, List.of(SECRET.substring(0, cut), SECRET.substring(cut)));
        }
        var parts = List.of(SECRET.substring(0, 1), SECRET.substring(1, 12), SECRET.substring(12));
        check(skin, provider, parts);
      }
    }
  }

  @Test
  void giveItToNoCallerWhereTheyCutAWholeAnswer() {
    testing.played("first", "anthropic", upstream);
    testing.deploymentOf("fast", "first", "chat", 0);
    upstream.answers(
        Script.json(
            200,
            ("{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                    + "\"content\":[{\"type\":\"text\",\"text\":\"%s\"},"
                    + "{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\","
                    + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}")
                .formatted(SECRET.substring(0, 9), SECRET.substring(9))));
    var answer =
        testing.proxy.complete(testing.caller(), TestingProxy.chat("fast"), new Cancellation());
    assertThat(answer.toString()).doesNotContain(SECRET).contains("[redacted]");
  }

  @ParameterizedTest
  @CsvSource({"chat, true", "chat, false", "responses, true", "responses, false"})
  void giveNoOddsOfItInAWholeAnswer(String api, boolean told) {
    testing.played("first", "openai", upstream);
    testing.deploymentOf("fast", "first", api, 0);
    var odds =
        "[{\"token\":\"%s\",\"logprob\":-1,\"bytes\":[115]},{\"token\":\"%s\",\"logprob\":-1}]"
            .formatted(BEGUN, SECRET.substring(9));
    var body =
        api.equals("chat")
            ? "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                  + "\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"logprobs\":{\"content\":%s},"
                  + "\"finish_reason\":\"stop\"}]}"
            : "{\"id\":\"r\",\"object\":\"response\",\"model\":\"m\",\"status\":\"completed\",\"output\":[{\"type\":"
                  + "\"message\",\"id\":\"i\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\","
                  + "\"text\":\"%s\",\"annotations\":[],\"logprobs\":%s}]}]}";
    upstream.answers(Script.json(200, body.formatted(told ? SECRET : "a", odds)));

    var answer =
        testing.proxy.complete(testing.caller(), TestingProxy.chat("fast"), new Cancellation());

    assertThat(answer.toString().contains(BEGUN)).isNotEqualTo(told);
    assertThat(answer.at("/choices/0/logprobs").isNull()).isEqualTo(told);
  }

  /** What waited for its text to go on is not lost, but for what could become a secret. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void haveWhatWaitedPassedOnWhereTheyBreakOff(boolean aborts) {
    testing.played("first", "openai", upstream);
    testing.deploymentOf("fast", "first", "chat", 0);
    var said = events("openai chat", List.of("Hi. ", "so " + BEGUN)).subList(0, 2);
    upstream.answers(aborts ? Script.events(said).cutAfter(2) : Script.events(said));
    var sink = new RecordingSink();

    relay(testing, sink);

    assertThat(sink.events()).hasSize(3);
    assertThat(sink.events().get(1)).contains("so " + MARK).doesNotContain(BEGUN);
    assertThat(sink.events().get(2)).contains("upstream_unavailable");
  }

  @Test
  void arePaidForWhatWaitedWhereNothingElseWasSaid() {
    testing.played("first", "openai", upstream);
    testing.deploymentOf("fast", "first", "chat", 0);
    upstream.answers(Script.events(events("openai chat", List.of(BEGUN)).subList(0, 1)));

    assertThatThrownBy(() -> relay(testing, new RecordingSink())).isInstanceOf(Refusal.class);

    var facts = testing.evidence.records(Ended.class).getLast().facts();
    assertThat(facts.path("tokens_out").asLong()).isPositive();
    assertThat(facts.path("usage_source").asText()).isEqualTo("estimate");
  }

  @Test
  void areNotTakenForSilentWhereWhatTheySaidWaits() {
    var often = new LlmConfig(Duration.ofSeconds(30), Duration.ofMillis(10), 1 << 20, 64 << 20);
    try (var beating = new TestingProxy(often)) {
      beating.vault.with("slow", SECRET);
      beating
          .addLater("Credential", "slow", "{\"providers\":[\"slow\"]}")
          .addLater(
              "Provider",
              "slow",
              ("{\"protocol\":\"openai\",\"baseUrl\":\"%s\",\"timeoutSeconds\":20,"
                      + "\"credential\":\"slow\",\"firstTokenSeconds\":4}")
                  .formatted(upstream.base()))
          .deployment("s-1", "fast", "slow", 0);
      var later = List.of(new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1));
      var said = events("openai chat", List.of(BEGUN, "."));
      said.addAll(1, List.of(chunk("{}", "null"), chunk("{}", "null")));
      var script = Script.events(said);
      for (int i = 0; i < later.size(); i++) {
        script = script.held(i + 1, later.get(i));
      }
      upstream.answers(script);
      long begun = System.nanoTime();
      var sink =
          new RecordingSink() {
            @Override
            public void waiting() throws IOException {
              super.waiting();
              long passed = (System.nanoTime() - begun) / Duration.ofMillis(1_500).toNanos();
              later.stream().limit(passed).forEach(CountDownLatch::countDown);
            }
          };

      relay(beating, sink);

      assertThat(sink.text()).contains(BEGUN).endsWith("data: [DONE]\n\n");
    }
  }

  private static void relay(TestingProxy testing, RecordingSink sink) {
    var request = ModelRequest.of(ChatRequest.of(TestingProxy.streamed("fast")));
    testing.proxy.relay(testing.caller(), request, Exchange.AS_IT_IS, sink);
  }

  private void check(Skin skin, String provider, List<String> parts) {
    upstream.answers(Script.events(events(provider, parts)));
    var said =
        skin.form() == Form.RESPONSES
            ? "\"input\":\"Hi\""
            : "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    var asked =
        skin.read(
            "{\"model\":\"fast\",\"stream\":true,%s}"
                .formatted(said)
                .getBytes(StandardCharsets.UTF_8));
    var sink = new SkinSink(skin.stream(asked));
    testing.proxy.relay(testing.caller(), asked, Exchange.AS_IT_IS, sink);

    var as = "%s %s %s".formatted(provider, skin.form(), parts);
    assertThat(sink.text()).as(as).doesNotContain(SECRET);
    var texts = new TreeMap<String, String>();
    for (var event : sink.events()) {
      var data =
          new String(FrameData.of(event.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
      if (data.startsWith("{")) {
        join("", Wire.object(data), texts);
      }
    }
    assertThat(String.join("\n", texts.values())).as(as).doesNotContain(SECRET).contains(MARK);
  }

  /** Puts together all that stands at the same place in events. */
  private static void join(String place, JsonNode node, Map<String, String> texts) {
    if (node.isTextual()) {
      texts.merge(place, node.textValue(), String::concat);
    }
    node.properties().forEach(field -> join(place + "/" + field.getKey(), field.getValue(), texts));
    node.forEach(one -> {
      if (node.isArray()) {
        join(place, one, texts);
      }
    });
  }

  private static List<String> events(String provider, List<String> parts) {
    var events = new ArrayList<String>();
    switch (provider) {
      case "openai chat" -> {
        parts.forEach(part -> events.add(chunk("{\"content\":\"" + part + "\"}", "null")));
        events.add(chunk("{}", "\"stop\""));
        events.add("data: [DONE]\n\n");
      }
      case "anthropic chat" -> {
        events.add(
            named(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                    + "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],"
                    + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}"));
        int index = 0;
        for (var part : parts) { // each in a block of its own
          events.add(
              named(
                  "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"
                      .formatted(index)));
          events.add(
              named(
                  "{\"type\":\"content_block_delta\",\"index\":%d,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}"
                      .formatted(index, part)));
          events.add(named("{\"type\":\"content_block_stop\",\"index\":%d}".formatted(index)));
          index++;
        }
        events.add(
            named(
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                    + "\"usage\":{\"output_tokens\":3}}"));
        events.add(named("{\"type\":\"message_stop\"}"));
      }
      case "gemini chat" -> {
        for (var part : parts) {
          events.add(
              "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"%s\"}]}}],\"modelVersion\":\"g\",\"responseId\":\"r\"}\n\n"
                  .formatted(part));
        }
        events.add(
            "data:"
                + " {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":2,\"candidatesTokenCount\":5,\"totalTokenCount\":7},\"modelVersion\":\"g\",\"responseId\":\"r\"}\n\n");
      }
      default -> {
        events.add(
            named(
                "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"model\":\"m\",\"status\":\"in_progress\",\"output\":[]}}"));
        events.add(
            named(
                "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}}"));
        for (var part : parts) {
          events.add(
              named(
                  "{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"%s\"}"
                      .formatted(part)));
        }
        events.add(
            named(
                "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"model\":\"m\",\"status\":\"completed\",\"output\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":2,\"total_tokens\":3}}}"));
      }
    }
    return events;
  }

  private static String named(String data) {
    return "event: %s\ndata: %s\n\n".formatted(Wire.object(data).path("type").asText(), data);
  }

  private static String chunk(String delta, String reason) {
    return ("data:"
                + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n")
        .formatted(delta, reason);
  }
}
