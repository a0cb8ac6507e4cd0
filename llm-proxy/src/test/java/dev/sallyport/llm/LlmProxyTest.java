package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlmProxyTest extends LlmProxyScene {
  @ParameterizedTest
  @ValueSource(strings = {"fast", "smart"})
  void givesAnAnswerInOneFormWhoeverAnswers(String alias) {
    var answer = complete(alias);

    assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(CannedAnswers.TEXT);
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(20);
    assertThat(answer.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "smart"})
  void asksForStructuredAnswersInTheProvidersForm(String alias) {
    var chat = TestingProxy.chat(alias);
    chat.set(
        "response_format",
        Wire.object(
            "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":"
                + "{\"type\":\"object\",\"additionalProperties\":false}}}"));
    testing.proxy.complete(testing.caller(), chat, new Cancellation());

    var sent = (alias.equals("fast") ? openAi : anthropic).last().json();
    assertThat(
            sent.at(
                    alias.equals("fast")
                        ? "/response_format/json_schema/schema/type"
                        : "/output_config/format/schema/type")
                .asText())
        .isEqualTo("object");
  }

  @Test
  void sendsEachProtocolItsCredentialInItsHeader() {
    complete("fast");
    complete("smart");

    assertThat(openAi.last().header("authorization")).isEqualTo("Bearer " + TestingProxy.SECRET);
    assertThat(openAi.last().header("x-api-key")).isEmpty();
    assertThat(anthropic.last().header("x-api-key")).isEqualTo(TestingProxy.SECRET);
    assertThat(anthropic.last().header("authorization")).isEmpty();
    assertThat(anthropic.last().header("anthropic-version")).isEqualTo("2023-06-01");
  }

  @Test
  void writesDownWhoServedWhatAndWhatItCost() {
    complete("fast");

    var facts = facts();
    assertThat(facts.path("model").asText()).isEqualTo("gpt-served");
    assertThat(facts.path("deployment").asText()).isEqualTo("o-1");
    assertThat(facts.path("provider").asText()).isEqualTo("openai");
    assertThat(facts.path("tokens_in").asInt()).isEqualTo(20);
    assertThat(facts.path("tokens_cached").asInt()).isEqualTo(4);
    assertThat(facts.path("tokens_out").asInt()).isEqualTo(5);
    assertThat(facts.path("cost_micro_usd").asInt()).isEqualTo(20 * 3 + 5 * 15);
    assertThat(facts.path("usage_source").asText()).isEqualTo("provider");
    assertThat(facts.path("attempts").asInt()).isEqualTo(1);
    assertThat(facts.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(testing.evidence.records(Begun.class).getFirst().action().payload())
        .isEqualTo(ChatRequest.of(TestingProxy.chat("fast")).bytes());
    assertThat(testing.evidence.records().toString()).doesNotContain(TestingProxy.SECRET);
  }

  @Test
  void namesWhatItCouldNotCarry() {
    var chat = TestingProxy.chat("smart").put("seed", 7);
    var answer =
        testing.proxy.answer(
            testing.caller(), ModelRequest.of(ChatRequest.of(chat)), Exchange.AS_IT_IS);

    assertThat(answer.head().dropped()).containsExactly("seed");
    assertThat(facts().path("dropped").get(0).asText()).isEqualTo("seed");
  }

  @Test
  void writesDownOnlySoMuchOfWhatItCouldNotCarry() {
    var chat = TestingProxy.chat("smart");
    for (int i = 0; i < 1_000; i++) {
      chat.put(i + "x".repeat(1_000), 7);
    }
    testing.proxy.answer(
        testing.caller(), ModelRequest.of(ChatRequest.of(chat)), Exchange.AS_IT_IS);

    assertThat(facts().path("dropped")).hasSize(16);
    assertThat(facts().toString()).hasSizeLessThan(2_000);
  }

  @Test
  void namesOnlyWhatTheDeploymentThatAnsweredWasNotTold() {
    testing.deployment("lost-1", "lost", "anthropic", 0).deployment("lost-2", "lost", "openai", 1);
    anthropic.answers(DOWN, DOWN);
    var chat = TestingProxy.chat("lost").put("seed", 7);

    var answer =
        testing.proxy.answer(
            testing.caller(), ModelRequest.of(ChatRequest.of(chat)), Exchange.AS_IT_IS);

    assertThat(answer.head().deployment()).contains("lost-2");
    assertThat(answer.head().dropped()).isEmpty();
    assertThat(facts().has("dropped")).isFalse();
  }

  @Test
  void goesToADeploymentThatCanCarryWhatTheRequestRequires() {
    testing
        .deployment("carry-1", "carry", "anthropic", 0)
        .deployment("carry-2", "carry", "openai", 1);
    var chat = TestingProxy.chat("carry").put("seed", 7);
    chat.putObject("provider").put("require_parameters", true);

    var answer =
        testing.proxy.answer(
            testing.caller(), ModelRequest.of(ChatRequest.of(chat)), Exchange.AS_IT_IS);

    assertThat(answer.head().deployment()).contains("carry-2");
    assertThat(anthropic.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 529, 401, 402, 403, 408})
  void asksTheNextDeploymentWhereThatMayHelp(int status) {
    var error = CannedAnswers.error(false, status, "x", "y");
    boolean again = Failure.kindOf(status).cure() == Failure.Cure.AGAIN;
    openAi.answers(error);
    if (again) {
      openAi.answers(error);
    }

    assertThat(complete("both").path("model").asText()).isEqualTo("claude-served");
    assertThat(facts().path("attempts").asInt()).isEqualTo(again ? 3 : 2);
    assertThat(facts().path("failed").path(0).asText()).startsWith("both-1:");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 413, 422})
  void asksNoOtherDeploymentWhereThatWouldNotHelp(int status) {
    openAi.answers(CannedAnswers.error(false, status, "x", "y"));

    assertThatThrownBy(() -> complete("both")).isInstanceOf(Refusal.class);
    assertThat(anthropic.received()).isEmpty();
  }

  @Test
  void asksTheNextDeploymentWhenTheFirstCannotBeReachedOrSpeaksNoSense() throws IOException {
    openAi.answers(Script.json(200, "{\"choices\":[]}"), Script.json(200, "not json"));
    complete("both");
    complete("both");
    openAi.close();
    complete("both");

    assertThat(anthropic.received()).hasSize(3);
  }

  @Test
  void asksTheNextDeploymentWhenThereIsNoCredential() {
    testing.add("Credential", "other", "{\"providers\":[\"locked\"]}");
    testing.add(
        "Provider",
        "locked",
        "{\"protocol\":\"openai\",\"baseUrl\":\"%s\",\"credential\":\"other\"}"
            .formatted(openAi.base()));
    testing.deployment("l-1", "lock", "locked", 0).deployment("l-2", "lock", "anthropic", 1);

    complete("lock");
    testing.vault.without("key");

    assertRefused(RefusalCode.CREDENTIAL_UNAVAILABLE, () -> complete("lock"));
    assertThat(openAi.received()).isEmpty();
  }

  @Test
  void leavesADeploymentAloneThatKeepsFailingAndThenTriesItOnce() {
    openAi.answers(DOWN, DOWN, DOWN, DOWN, DOWN);
    for (int i = 0; i < 3; i++) {
      assertRefused(RefusalCode.UPSTREAM_UNAVAILABLE, () -> complete("fast"));
    }
    assertRefused(RefusalCode.UPSTREAM_UNAVAILABLE, () -> complete("fast"));
    assertThat(openAi.received()).hasSize(5);

    testing.clock.advance(Duration.ofSeconds(31));
    openAi.answers(DOWN);
    assertRefused(RefusalCode.UPSTREAM_UNAVAILABLE, () -> complete("fast"));
    assertRefused(RefusalCode.UPSTREAM_UNAVAILABLE, () -> complete("fast"));
    assertThat(openAi.received()).hasSize(6);

    testing.clock.advance(Duration.ofSeconds(31));
    complete("fast");
    complete("fast");
    assertThat(openAi.received()).hasSize(8);
  }

  @Test
  void doesNotHoldTheCallersMistakesAgainstADeployment() {
    for (int i = 0; i < 30; i++) {
      openAi.answers(CannedAnswers.error(false, 400, "invalid_request_error", "no"));
      assertRefused(RefusalCode.INVALID_REQUEST, () -> complete("fast"));
    }
    complete("fast");
  }

  @Test
  void writesDownAModelThatIsNotAllowedAndOneThatIsNotThere() {
    assertRefused(RefusalCode.UNKNOWN_MODEL, () -> complete(TestingProxy.MODEL_DENIED));
    assertRefused(RefusalCode.UNKNOWN_MODEL, () -> complete("nothing"));
    assertRefused(RefusalCode.UNKNOWN_MODEL, () -> complete("no alias at all \u0000"));

    assertThat(testing.evidence.records(Refused.class)).hasSize(1);
    assertThat(testing.evidence.outcomes())
        .containsOnly(new Outcome.Refused(RefusalCode.UNKNOWN_MODEL))
        .hasSize(2);
  }
}
