package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.testing.Script;
import dev.sallyport.llm.testing.TestingProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlmProxyBudgetTest extends LlmProxyScene {
  @Test
  void spendsOfABudgetWhatACallCostAndRefusesWhatDoesNotFit() throws Exception {
    var caller = testing.caller().principal().id();
    var chat = TestingProxy.chat("fast").put("max_tokens", 10);
    testing.authority.budget(400);
    testing.proxy.complete(testing.caller(), chat);
    assertThat(testing.spending.spentToday(caller)).isEqualTo(135);
    assertThat(testing.spending.heldToday(caller)).isZero();

    openAi.answers(DOWN);
    testing.authority.budget(500);
    assertRefused(
        RefusalCode.UPSTREAM_UNAVAILABLE, () -> testing.proxy.complete(testing.caller(), chat));
    assertThat(testing.spending.spentToday(caller)).isEqualTo(135);
    assertThat(testing.spending.heldToday(caller)).isZero();

    int before = openAi.received().size();
    testing.authority.budget(200);
    assertRefused(
        RefusalCode.BUDGET_EXHAUSTED, () -> testing.proxy.complete(testing.caller(), chat));
    testing.authority.budget(0);
    assertRefused(
        RefusalCode.BUDGET_EXHAUSTED, () -> testing.proxy.complete(testing.caller(), chat));
    assertThat(openAi.received()).hasSize(before);
  }

  @Test
  void refusesAModelWithoutAPriceWhereThereIsABudget() {
    testing.add(
        "Deployment",
        "free",
        "{\"alias\":\"free\",\"provider\":\"openai\",\"upstreamModel\":\"m\"}");
    complete("free");
    assertThat(facts().has("cost_micro_usd")).isFalse();

    testing.authority.budget(1_000_000_000);
    assertRefused(RefusalCode.BUDGET_EXHAUSTED, () -> complete("free"));
    testing.deployment("free-2", "free", "anthropic", 1);
    assertThat(complete("free").path("model").asText()).isEqualTo("claude-served");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"prompt_tokens\":100,\"completion_tokens\":10,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":90}}|180|provider",
        "{\"prompt_tokens\":100,\"completion_tokens\":10,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":500}}|180|provider",
        "{\"prompt_tokens\":-5,\"completion_tokens\":-1}|0|provider",
        "{\"prompt_tokens\":1,\"completion_tokens\":0,\"prompt_tokens_details\":null}|3|provider",
        "{\"prompt_tokens\":\"1\"}|-1|estimate",
        "null|-1|estimate",
      })
  void neverCountsUsageTwiceOrBelowZero(String usage, long cost, String source) {
    testing.add(
        "Deployment",
        "cached",
        "{\"alias\":\"cached\",\"provider\":\"openai\",\"upstreamModel\":\"m\",\"price\":"
            + "{\"inputUsdPerMillion\":\"3\",\"outputUsdPerMillion\":\"15\","
            + "\"cachedInputUsdPerMillion\":\"0\"}}");
    openAi.answers(
        Script.json(
            200,
            "{\"choices\":[{\"message\":{},\"finish_reason\":\"stop\"}],\"usage\":" + usage + "}"));
    complete("cached");

    var expected = usage.contains("cached_tokens\":500") ? 150 : cost;
    assertThat(facts().path("usage_source").asText()).isEqualTo(source);
    if (expected >= 0) {
      assertThat(facts().path("cost_micro_usd").asLong()).isEqualTo(expected);
    } else {
      assertThat(facts().path("cost_micro_usd").asLong()).isPositive();
    }
  }
}
