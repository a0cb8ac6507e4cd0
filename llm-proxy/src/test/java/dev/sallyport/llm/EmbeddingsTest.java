package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.EmbeddingsSkin;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.testing.TestingProxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
