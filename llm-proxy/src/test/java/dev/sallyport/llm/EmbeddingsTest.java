package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.EmbeddingsSkin;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S138: embeddings are calls of models like all others. */
class EmbeddingsTest extends LlmProxyScene {
  private static final String ANSWER =
      "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
          + "\"embedding\":\"AACAPwAAAEA=\"}],\"model\":\"embed-served\","
          + "\"usage\":{\"prompt_tokens\":1000,\"total_tokens\":1000},\"x_unknown\":2.50}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"%s\", \"input\":\"Hi\",\"x_unknown\":2.50}",
        "{\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\",\"model\":\"%s\",\"dimensions\":2}",
        "{\"input\":[1,2,3], \"model\":\"%s\"}",
        "{\"input\":[[1,2],[3]],\"model\":\"%s\",\"encoding_format\":\"float\",\"user\":null}",
      })
  void passesRequestAndAnswerOnByteByByteButForTheModel(String body) {
    openAi.lenient().answers(Script.json(200, ANSWER));
    var answer = ask(body.formatted("fast"));

    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(ANSWER);
    assertThat(answer.form()).isEqualTo(Form.EMBEDDINGS);
    assertThat(openAi.last().path()).isEqualTo("/v1/embeddings");
    assertThat(new String(openAi.last().body(), StandardCharsets.UTF_8))
        .isEqualTo(body.formatted("up-o-1"));
    assertThat(openAi.last().header("authorization")).isEqualTo("Bearer " + TestingProxy.SECRET);
    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Succeeded());
    assertThat(facts().path("model").asText()).isEqualTo("embed-served");
    assertThat(facts().path("tokens_in").asLong()).isEqualTo(1_000);
    assertThat(facts().path("tokens_out").asLong()).isZero();
    assertThat(facts().path("usage_source").asText()).isEqualTo("provider");
  }

  @Test
  void spendsOfABudgetWhatWasReadAndRefusesWhatDoesNotFit() throws Exception {
    var caller = testing.caller().principal().id();
    testing.authority.budget(10_000);
    openAi.lenient().answers(Script.json(200, ANSWER));
    ask("{\"model\":\"fast\",\"input\":\"Hi\"}");
    assertThat(testing.spending.spentToday(caller)).isEqualTo(3_000);
    assertThat(testing.spending.heldToday(caller)).isZero();

    testing.authority.budget(3_001);
    int before = openAi.received().size();
    assertRefused(RefusalCode.BUDGET_EXHAUSTED, () -> ask("{\"model\":\"fast\",\"input\":\"Hi\"}"));
    assertThat(openAi.received()).hasSize(before);
  }

  @Test
  void estimatesWhatWasReadWhereTheProviderDoesNotCountAndNothingAsWritten() {
    openAi
        .lenient()
        .answers(Script.json(200, "{\"data\":[{\"embedding\":[" + "0.25,".repeat(99) + "1]}]}"));
    ask("{\"model\":\"fast\",\"input\":\"Hi\"}");

    assertThat(facts().path("tokens_out").asLong()).isZero();
    assertThat(facts().path("tokens_in").asLong()).isPositive();
    assertThat(facts().path("usage_source").asText()).isEqualTo("estimate");
  }

  @Test
  void triesTheNextDeploymentAndPassesByThoseThatGiveNone() {
    testing
        .provider("second", "openai", anthropic.base())
        .deployment("e-1", "embed", "anthropic", 0)
        .deployment("e-2", "embed", "openai", 1)
        .deployment("e-3", "embed", "second", 2);
    openAi.lenient().answers(DOWN, DOWN);
    anthropic.lenient().answers(Script.json(200, ANSWER));
    var answer = ask("{\"model\":\"embed\",\"input\":\"Hi\"}");

    assertThat(answer.head().deployment()).contains("e-3");
    assertThat(anthropic.received()).hasSize(1);
    assertThat(anthropic.last().path()).isEqualTo("/v1/embeddings");
  }

  /** The fake gives the same embeddings in whosever words it is asked for them. */
  @ParameterizedTest
  @CsvSource({
    "gemini, gemini-embedding-001, 2, estimate",
    "vertex, text-embedding-005, 2, provider",
    "vertex, gemini-embedding-001, 1, provider",
    "vertex, gemini-embedding-2-preview, 1, provider",
    "bedrock, amazon.titan-embed-text-v2:0, 1, provider",
    "bedrock, cohere.embed-v4:0, 2, estimate",
  })
  void translatesThemWhereAProviderHasOtherWords(
      String protocol, String model, int texts, String source) throws IOException {
    try (var fake = new FakeProvider()) {
      testing
          .played("other", protocol, fake)
          .add(
              "Deployment",
              "e-1",
              ("{\"alias\":\"embed\",\"provider\":\"other\",\"upstreamModel\":\"%s\","
                   + "\"price\":{\"inputUsdPerMillion\":\"0.10\",\"outputUsdPerMillion\":\"0\"}}")
                  .formatted(model));
      var input = texts == 1 ? "\"Hi\"" : "[\"Hi\",\"there\"]";
      var asked = "{\"model\":\"embed\",\"input\":%s,\"dimensions\":4,\"encoding_format\":\"%s\"}";
      var answer = Wire.object(ask(asked.formatted(input, "float")).body());
      var packed = Wire.object(ask(asked.formatted(input, "base64")).body());

      assertThat(answer.path("data").size()).isEqualTo(texts);
      for (int i = 0; i < texts; i++) {
        var numbers = answer.at("/data/%d/embedding".formatted(i));
        assertThat(numbers.size()).isEqualTo(4);
        assertThat(floats(packed.at("/data/%d/embedding".formatted(i)).asText()))
            .isEqualTo(numbers.valueStream().map(JsonNode::floatValue).toList());
      }
      assertThat(facts().path("tokens_out").asLong()).isZero();
      assertThat(facts().path("usage_source").asText()).isEqualTo(source);
      assertThat(facts().path("cost_usd").asText()).isNotEqualTo("0");
    }
  }

  private static List<Float> floats(String base64) {
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    var floats = new ArrayList<Float>();
    while (bytes.hasRemaining()) {
      floats.add(bytes.getFloat());
    }
    return floats;
  }

  @Test
  void namesWhatAProviderOfEmbeddingsIsNotToldOrRefusesIt() {
    openAi.lenient().answers(Script.json(200, ANSWER));
    var body = "{\"model\":\"fast\",\"input\":\"Hi\",\"provider\":{%s\"zdr\":true}}";

    var answer = ask(body.formatted(""));

    assertThat(answer.head().dropped()).containsExactly("provider");
    assertThat(openAi.last().json().has("provider")).isFalse();
    assertRefused(
        RefusalCode.INVALID_REQUEST, () -> ask(body.formatted("\"require_parameters\":true,")));
  }

  @Test
  void refusesWhereNoProviderGivesAny() {
    assertRefused(RefusalCode.INVALID_REQUEST, () -> ask("{\"model\":\"smart\",\"input\":\"Hi\"}"));
    assertRefused(
        RefusalCode.UNKNOWN_MODEL, () -> ask("{\"model\":\"forbidden\",\"input\":\"Hi\"}"));
    assertThat(anthropic.received()).isEmpty();
  }

  @Test
  void takesAnAnswerWithoutEmbeddingsForNone() {
    openAi.lenient().answers(Script.json(200, "{\"data\":[]}"), Script.json(200, "{\"data\":[]}"));
    assertRefused(
        RefusalCode.UPSTREAM_MALFORMED, () -> ask("{\"model\":\"fast\",\"input\":\"Hi\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"fast\"}",
        "{\"model\":\"fast\",\"input\":\"\"}",
        "{\"model\":\"fast\",\"input\":[]}",
        "{\"model\":\"fast\",\"input\":7}",
        "{\"input\":\"Hi\"}",
        "{\"model\":\"fast\",\"input\":\"Hi\",\"stream\":true}",
      })
  void refusesARequestThatIsNotWellFormed(String body) {
    assertRefused(RefusalCode.MALFORMED_REQUEST, () -> ask(body));
    assertThat(openAi.received()).isEmpty();
  }

  @Test
  void tellsAProviderOnlyThoseHeadersThatItMayBeTold() {
    testing.add(
        "Provider",
        "second",
        ("{\"protocol\":\"openrouter\",\"baseUrl\":\"%s\",\"credential\":\"key\","
                + "\"forwardHeaders\":[\"X-Title\",\"HTTP-Referer\"]}")
            .formatted(openAi.base()));
    testing.deployment("r-1", "router", "second", 0);
    openAi.lenient().answers(Script.json(200, ANSWER), Script.json(200, ANSWER));
    var told = Map.of("x-title", "App", "http-referer", "https://app", "x-request-id", "r1");
    for (var alias : new String[] {"router", "fast"}) {
      var read = "{\"model\":\"%s\",\"input\":\"Hi\"}".formatted(alias);
      var request = new EmbeddingsSkin().read(read.getBytes(StandardCharsets.UTF_8)).with(told);
      testing.proxy.answer(testing.caller(), request, Exchange.AS_IT_IS);

      var got = new TreeMap<>(openAi.last().headers());
      got.keySet().retainAll(told.keySet());
      assertThat(got)
          .isEqualTo(
              alias.equals("fast")
                  ? Map.of()
                  : Map.of("x-title", "App", "http-referer", "https://app"));
      assertThat(facts().at("/client_headers/x-request-id").asText()).isEqualTo("r1");
    }
  }

  private Answer ask(String body) {
    var request = new EmbeddingsSkin().read(body.getBytes(StandardCharsets.UTF_8));
    return testing.proxy.answer(testing.caller(), request, Exchange.AS_IT_IS);
  }
}
