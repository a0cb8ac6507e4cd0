package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlmProxyBudgetTest extends LlmProxyScene {
  @Test
  void spendsOfABudgetWhatACallCostAndRefusesWhatDoesNotFit() throws Exception {
    var caller = testing.caller().principal().id();
    var chat = TestingProxy.chat("fast").put("max_tokens", 10);
    testing.authority.budget(650);
    testing.proxy.complete(testing.caller(), chat, new Cancellation());
    assertThat(testing.spending.spentToday(caller)).isEqualTo(135);
    assertThat(testing.spending.heldToday(caller)).isZero();

    openAi.answers(DOWN, DOWN);
    testing.authority.budget(760);
    assertRefused(
        RefusalCode.UPSTREAM_UNAVAILABLE,
        () -> testing.proxy.complete(testing.caller(), chat, new Cancellation()));
    assertThat(testing.spending.spentToday(caller)).isEqualTo(135);
    assertThat(testing.spending.heldToday(caller)).isZero();

    int before = openAi.received().size();
    testing.authority.budget(200);
    assertRefused(
        RefusalCode.BUDGET_EXHAUSTED,
        () -> testing.proxy.complete(testing.caller(), chat, new Cancellation()));
    testing.authority.budget(0);
    assertRefused(
        RefusalCode.BUDGET_EXHAUSTED,
        () -> testing.proxy.complete(testing.caller(), chat, new Cancellation()));
    assertThat(openAi.received()).hasSize(before);
  }

  /** 100000 tokens at 15 dollars a million are more than a dollar, and 1 is not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|100000|1",
        "100000|1|1",
        "100000||1",
        "|100000|1",
        "1|1|100000",
      })
  void holdsForTheMostThatAProviderMayWrite(Integer completion, Integer most, int n) {
    var chat = TestingProxy.chat("fast").put("n", n);
    chat.put("max_completion_tokens", completion).put("max_tokens", most);
    testing.authority.budget(1_000_000);

    assertRefused(
        RefusalCode.BUDGET_EXHAUSTED,
        () -> testing.proxy.complete(testing.caller(), chat, new Cancellation()));
    assertThat(openAi.received()).isEmpty();
  }

  @Test
  void limitsAnAnswerThatIsHeldForAndNoOther() {
    complete("fast");
    assertThat(openAi.last().json().has("max_completion_tokens")).isFalse();

    testing.authority.budget(1_000_000);
    complete("fast");
    assertThat(openAi.last().json().path("max_completion_tokens").asInt()).isEqualTo(4_096);
  }

  @Test
  void paysForThePromptOfAnAnswerThatCannotBeUsed() throws Exception {
    var caller = testing.caller().principal().id();
    testing.authority.budget(10_000_000);
    long spent = 0;
    for (var bad :
        List.of(
            Script.json(200, "not json"),
            Script.json(200, "{\"choices\":[]}"),
            Script.json(200, "{\"choices\"").cutAfter(0),
            Script.json(200, "{\"a\":\"" + "x".repeat(2 << 20) + "\"}"))) {
      openAi.answers(bad);
      assertThatThrownBy(() -> complete("fast")).isInstanceOf(Refusal.class);
      long now = testing.spending.spentToday(caller);
      assertThat(now).as(bad.toString()).isGreaterThan(spent);
      assertThat(facts().path("usage_source").asText()).isEqualTo("estimate");
      assertThat(facts().path("cost_micro_usd").asLong()).isEqualTo(now - spent);
      assertThat(testing.spending.heldToday(caller)).isZero();
      spent = now;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 429, 500, 503, 529})
  void paysNothingForWhatAProviderDidNotTake(int status) throws Exception {
    var caller = testing.caller().principal().id();
    testing.authority.budget(10_000_000);
    var error = CannedAnswers.error(false, status, "x", "y");
    openAi.answers(error, error);
    assertThatThrownBy(() -> complete("fast")).isInstanceOf(Refusal.class);
    assertThat(testing.spending.spentToday(caller)).isZero();
    assertThat(facts().has("cost_micro_usd")).isFalse();
    assertThat(testing.spending.heldToday(caller)).isZero();
  }

  @Test
  void paysForThePromptOfAStreamThatBreaksOffBeforeItBeginsAndForTheOneAfterIt() throws Exception {
    var caller = testing.caller().principal().id();
    testing.authority.budget(10_000_000);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).cutAfter(1));
    assertThatThrownBy(() ->
            testing.proxy.stream(
                testing.caller(), TestingProxy.streamed("fast"), new Cancellation(), _ -> {}))
        .isInstanceOf(Refusal.class);
    long prompt = testing.spending.spentToday(caller);
    assertThat(prompt).isPositive();
    assertThat(facts().path("tokens_out").asInt()).isZero();

    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).cutAfter(1));
    relay("both", new RecordingSink());
    assertThat(facts().path("usage_source").asText()).isEqualTo("provider");
    assertThat(testing.spending.spentToday(caller)).isGreaterThan(prompt + 135);
  }

  @Test
  void refusesAModelWithoutAPriceWhereThereIsABudget() {
    testing.add(
        "Deployment",
        "free",
        "{\"alias\":\"free\",\"provider\":\"openai\",\"upstreamModel\":\"m\",\"model\":\"model-free\"}");
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
