package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.testing.CannedAnswers;
import dev.sallyport.llm.testing.FakeProvider;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.Script;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LlmProxyTest {
  private static final Duration BEAT = Duration.ofMillis(20);
  private static final Script DOWN = Script.json(500, "{}");

  private final FakeProvider openAi = new FakeProvider().wants(TestingProxy.SECRET);
  private final FakeProvider anthropic = new FakeProvider().wants(TestingProxy.SECRET);
  private final TestingProxy testing =
      new TestingProxy(new LlmConfig(Duration.ofSeconds(30), BEAT, 1 << 20, 1 << 20));

  @BeforeEach
  void setUp() {
    testing
        .provider("openai", "openai", openAi.base())
        .provider("anthropic", "anthropic", anthropic.base())
        .deployment("o-1", "fast", "openai", 0)
        .deployment("a-1", "smart", "anthropic", 0)
        .deployment("both-1", "both", "openai", 0)
        .deployment("both-2", "both", "anthropic", 1);
  }

  @AfterEach
  void close() throws IOException {
    testing.close();
    openAi.close();
    anthropic.close();
  }

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
            "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"object\"}}}"));
    testing.proxy.complete(testing.caller(), chat);

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
    var answer = testing.proxy.answer(testing.caller(), ChatRequest.of(chat));

    assertThat(answer.head().dropped()).containsExactly("seed");
    assertThat(facts().path("dropped").get(0).asText()).isEqualTo("seed");
  }

  @Test
  void goesToADeploymentThatCanCarryWhatTheRequestRequires() {
    testing
        .deployment("carry-1", "carry", "anthropic", 0)
        .deployment("carry-2", "carry", "openai", 1);
    var chat = TestingProxy.chat("carry").put("seed", 7);
    chat.putObject("provider").put("require_parameters", true);

    var answer = testing.proxy.answer(testing.caller(), ChatRequest.of(chat));

    assertThat(answer.head().deployment()).contains("carry-2");
    assertThat(anthropic.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 529, 401, 402, 403, 408})
  void asksTheNextDeploymentWhereThatMayHelp(int status) {
    openAi.answers(CannedAnswers.error(false, status, "x", "y"));

    assertThat(complete("both").path("model").asText()).isEqualTo("claude-served");
    assertThat(facts().path("attempts").asInt()).isEqualTo(2);
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
    for (int i = 0; i < 5; i++) {
      openAi.answers(DOWN);
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

  @Test
  void streamsChunksToAPartOfTheGateway() throws IOException {
    for (var alias : List.of("fast", "smart")) {
      var chunks = new ArrayList<ObjectNode>();
      testing.proxy.stream(testing.caller(), TestingProxy.streamed(alias), chunks::add);

      var text = new StringBuilder();
      chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
      assertThat(text).hasToString(CannedAnswers.TEXT);
      assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
      assertThat(facts().path("tokens_out").asInt()).isEqualTo(5);
      assertThat(facts().path("tokens_in").asInt()).isEqualTo(20);
    }
  }

  @Test
  void endsAStreamAsAbortedWhenItsSinkTakesNoMore() {
    assertThatThrownBy(() ->
            testing.proxy.stream(
                testing.caller(),
                TestingProxy.streamed("fast"),
                _ -> {
                  throw new IOException("mine");
                }))
        .isInstanceOf(IOException.class)
        .hasMessage("mine");
    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Aborted("client_left"));
  }

  @Test
  void sendsTheLastFrameOnlyOnceTheOutcomeIsDurable() {
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(3, gate));
    var sink =
        new RecordingSink() {
          @Override
          public void event(byte[] frame) throws IOException {
            super.event(frame);
            testing.evidence.fail(true);
            gate.countDown();
          }
        };
    relay("fast", sink);

    assertThat(sink.text()).contains(", world.", "evidence_unavailable").doesNotContain("[DONE]");
  }

  @Test
  void cutsTheUpstreamAndSettlesWhenTheCallerLeavesInTheMiddle() throws Exception {
    testing.authority.budget(1_000_000);
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(4, gate));
    relay("fast", new RecordingSink(2)); // a sign of life finds out that the caller has left

    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Aborted("client_left"));
    assertThat(facts().path("usage_source").asText()).isEqualTo("estimate");
    var caller = testing.caller().principal().id();
    assertThat(testing.spending.heldToday(caller)).isZero();
    assertThat(testing.spending.spentToday(caller)).isPositive();
    gate.countDown();
    assertThat(openAi.awaitHangUp()).isTrue();
  }

  @Test
  void givesSignsOfLifeWhileTheModelIsSilent() throws Exception {
    var gate = new CountDownLatch(1);
    openAi.answers(Script.recorded(CannedAnswers.OPENAI_STREAM).held(0, gate));
    var sink = new RecordingSink();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var call = pool.submit(() -> relay("fast", sink));
      assertThat(sink.firstBeat().await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(sink.events()).isEmpty();
      gate.countDown();
      call.get();
    }
    assertThat(sink.text()).endsWith("data: [DONE]\n\n");
    assertThat(sink.heads()).hasSize(1);
  }

  @Test
  void tellsInTheStreamWhatItCannotTellInAStatusAnyMore() throws Exception {
    var gate = new CountDownLatch(1);
    openAi.answers(CannedAnswers.error(false, 400, "invalid_request_error", "no").held(-1, gate));
    var sink = new RecordingSink();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var call = pool.submit(() -> relay("fast", sink));
      assertThat(sink.firstBeat().await(20, TimeUnit.SECONDS)).isTrue();
      gate.countDown();
      call.get();
    }
    assertThat(sink.text()).contains("invalid_request", "\"finish_reason\":\"error\"");
  }

  @Test
  void showsTheUsageOfAStreamToWhoAskedForIt() {
    for (var alias : List.of("fast", "smart")) {
      var chat = TestingProxy.streamed(alias);
      chat.putObject("stream_options").put("include_usage", true);
      var asked = new RecordingSink();
      testing.proxy.relay(testing.caller(), ChatRequest.of(chat), asked);
      var notAsked = new RecordingSink();
      relay(alias, notAsked);

      assertThat(asked.text()).contains("\"prompt_tokens\":20");
      assertThat(notAsked.text()).doesNotContain("\"prompt_tokens\"").endsWith("data: [DONE]\n\n");
    }
    assertThat(openAi.last().json().at("/stream_options/include_usage").booleanValue()).isTrue();
  }

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

  private ObjectNode complete(String alias) {
    return testing.proxy.complete(testing.caller(), TestingProxy.chat(alias));
  }

  private void relay(String alias, RecordingSink sink) {
    var request = ChatRequest.of(TestingProxy.streamed(alias));
    assertThat(testing.proxy.relay(testing.caller(), request, sink)).isEmpty();
  }

  private ObjectNode facts() {
    return testing.evidence.records(Ended.class).getLast().facts();
  }

  private static void assertRefused(RefusalCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
