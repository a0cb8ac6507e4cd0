package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.route.Conversation;
import dev.sallyport.llm.route.Health;
import dev.sallyport.llm.route.Itinerary;
import dev.sallyport.llm.route.Moment;
import dev.sallyport.llm.route.RetryRules;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which model may answer for which (S13, S27, S28, R7, R9). */
class FallbackTest extends LlmProxyScene {
  private static final Script LIMITED = CannedAnswers.error(false, 429, "x", "y");

  @ParameterizedTest
  @CsvSource({
    "disabled, fast, false",
    "disabled, auto, false",
    "implicit-default, fast, false",
    "implicit-default, auto, true",
    "implicit-default, default, true",
    "any, fast, true",
    "any, auto, true",
  })
  void changesTheModelOnlyAsFarAsItsAliasAndTheCallerAllow(
      String mode, String asked, boolean changes) {
    alias(mode);
    openAi.answers(LIMITED);

    if (changes) {
      var answer = answer(TestingProxy.chat(asked));
      assertThat(answer.head().modelAsked()).isEqualTo(asked);
      assertThat(answer.head().modelServed()).contains("model-smart");
      assertThat(facts().path("model_requested").asText()).isEqualTo(asked);
      assertThat(facts().path("model_served").asText()).isEqualTo("model-smart");
    } else {
      assertRefused(RefusalCode.RATE_LIMITED, () -> answer(TestingProxy.chat(asked)));
      assertThat(anthropic.received()).isEmpty();
    }
  }

  @Test
  void decidesAndWritesDownEachModelByItself() {
    alias("any");
    openAi.answers(LIMITED);

    answer(TestingProxy.chat("fast"));

    var begun = testing.evidence.records(Begun.class);
    assertThat(begun)
        .extracting(one -> one.action().target())
        .containsExactly(new Target.Model("fast"), new Target.Model("smart"));
    assertThat(testing.evidence.outcomes().getFirst())
        .isEqualTo(new Outcome.Refused(RefusalCode.RATE_LIMITED));
    assertThat(facts().path("fallback_of").asText()).hasSize(36);
    assertThat(testing.evidence.records(Ended.class)).hasSize(2);
  }

  /** Kong checks only what was asked for; here what stands in for it is decided, too. */
  @Test
  void neverGivesAnAnswerOfAModelThatTheCallerMayNotUse() {
    testing.deployment("f-1", TestingProxy.MODEL_DENIED, "anthropic", 0);
    testing.add("ModelAlias", "fast", fallbacks("any", TestingProxy.MODEL_DENIED));
    openAi.answers(LIMITED, LIMITED);

    assertRefused(RefusalCode.RATE_LIMITED, () -> answer(TestingProxy.chat("fast")));
    var listed = TestingProxy.chat("fast");
    listed.putArray("models").add(TestingProxy.MODEL_DENIED);
    assertRefused(RefusalCode.RATE_LIMITED, () -> answer(listed));

    assertThat(anthropic.received()).isEmpty();
    assertThat(testing.evidence.records(Refused.class)).isEmpty();
  }

  @Test
  void asksTheModelsOfTheCallersListInOrderAndTellsNoProviderOfTheList() {
    var chat = TestingProxy.chat("fast");
    chat.putArray("models").add("fast").add("nothing").add("smart");
    openAi.answers(LIMITED);

    var answer = answer(chat);

    assertThat(answer.head().deployment()).contains("a-1");
    assertThat(openAi.last().json().has("models")).isFalse();
    assertThat(openAi.last().json().path("model").asText()).isEqualTo("up-o-1");
    assertThat(anthropic.last().json().has("models")).isFalse();
  }

  @Test
  void takesTheFirstOfAListForTheModelWhereNoneIsNamed() {
    var chat = TestingProxy.chat("fast");
    chat.remove("model");
    chat.putArray("models").add("smart");

    assertThat(answer(chat).head().modelAsked()).isEqualTo("smart");
  }

  @Test
  void goesOnWithARequestThatIsTooLongOnlyInTheCallersOwnList() {
    alias("any");
    var tooLong = CannedAnswers.error(false, 400, "x", "prompt is too long");
    openAi.answers(tooLong, tooLong);

    assertRefused(RefusalCode.CONTEXT_LENGTH_EXCEEDED, () -> answer(TestingProxy.chat("fast")));
    var listed = TestingProxy.chat("fast");
    listed.putArray("models").add("smart");
    assertThat(answer(listed).head().modelServed()).contains("model-smart");
  }

  @ParameterizedTest
  @ValueSource(strings = {"content_filter", "guardrail_blocked"})
  void neverHidesAPolicyBehindAnotherModel(String code) {
    alias("any");
    openAi.answers(CannedAnswers.error(false, 403, code, "y"));
    var chat = TestingProxy.chat("fast");
    chat.putArray("models").add("smart");

    assertRefused(RefusalCode.CONTENT_POLICY_VIOLATION, () -> answer(chat));
    assertThat(anthropic.received()).isEmpty();
  }

  @Test
  void asksOnlyTheFirstDeploymentWhereTheCallerWantsNoFallback() {
    alias("any");
    openAi.answers(LIMITED, LIMITED);
    for (var name : List.of("fast", "both")) {
      var chat = TestingProxy.chat(name);
      chat.putObject("provider").put("allow_fallbacks", false);
      assertRefused(RefusalCode.RATE_LIMITED, () -> answer(chat));
    }
    assertThat(anthropic.received()).isEmpty();
  }

  @Test
  void keepsToTheIdentityOfAChosenModelBehindOneAlias() {
    testing
        .addLater("Deployment", "x-1", mixed("openai", "one", 0))
        .addLater("Deployment", "x-2", mixed("anthropic", "two", 1))
        .add("ModelAlias", "mix", "{\"fallback\":\"implicit-default\",\"default\":true}");
    openAi.answers(LIMITED, LIMITED);

    assertRefused(RefusalCode.RATE_LIMITED, () -> answer(TestingProxy.chat("mix")));
    assertThat(answer(TestingProxy.chat("auto")).head().modelServed()).contains("two");
  }

  @Test
  void refusesAnImplicitModelWhereThereIsNoDefault() {
    assertRefused(RefusalCode.UNKNOWN_MODEL, () -> answer(TestingProxy.chat("auto")));
  }

  @Test
  void streamsOfTheModelThatStandsIn() {
    alias("any");
    openAi.answers(LIMITED);
    var sink = new RecordingSink();
    var request = ModelRequest.of(ChatRequest.of(TestingProxy.streamed("fast")));

    testing.proxy.relay(testing.caller(), request, Exchange.AS_IT_IS, sink);

    assertThat(sink.text()).contains("claude-served").endsWith("data: [DONE]\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"models\":\"fast\"}",
        "{\"models\":[1]}",
        "{\"models\":[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"]}",
        "{\"provider\":{\"allow_fallbacks\":\"no\"}}",
        "{\"provider\":{\"only\":\"openai\"}}",
        "{\"provider\":{\"order\":[1]}}"
      })
  void refusesWhatItCannotRead(String members) {
    var chat = TestingProxy.chat("fast");
    chat.setAll(Wire.object(members));
    assertThatThrownBy(() -> answer(chat))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.MALFORMED_REQUEST));
  }

  /** R8: what a request wants of providers takes away and puts in order, and adds nothing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | a b c",
        "{\"order\":[\"c\",\"b\"]} | c b a",
        "{\"order\":[\"amazon-bedrock\"]} | b a c",
        "{\"order\":[\"aws-bedrock/eu-1\",\"unknown\"]} | b a c",
        "{\"order\":[\"amazon-bedrock/us-1\"]} | a b c",
        "{\"order\":[\"C\",\"anthropic\"],\"allow_fallbacks\":false} | c",
        "{\"only\":[\"anthropic\",\"c\"]} | a c",
        "{\"ignore\":[\"google-vertex\",\"a\"]} | b",
        "{\"only\":[\"a\",\"b\"],\"ignore\":[\"a\"]} | b",
        "{\"only\":[\"openai\"]} | ",
        "{\"only\":[],\"order\":null} | a b c",
        "{\"allow_fallbacks\":false} | a",
      })
  void asksThoseThatARequestWouldHaveAsked(String provider, String asked) {
    testing
        .add("Provider", "a", "{\"protocol\":\"anthropic\"}")
        .add("Provider", "b", "{\"protocol\":\"bedrock\",\"region\":\"eu-1\"}")
        .add("Provider", "c", "{\"protocol\":\"vertex\",\"region\":\"eu-1\",\"project\":\"p\"}");
    for (var name : List.of("a", "b", "c")) {
      testing.add("Deployment", "w-" + name, wished(name));
    }
    var chat = TestingProxy.chat("wished");
    chat.set("provider", Wire.object(provider));

    var moment =
        new Moment(
            testing.clock.instant(),
            Optional.empty(),
            new Health(testing.clock, RetryRules.DEFAULTS).speeds());
    var request = ModelRequest.of(ChatRequest.of(chat));
    var conversation = new Conversation(testing.caller().principal().owner(), request);
    var stops = Itinerary.of(request.chat(), testing.catalog.models(), moment, conversation);

    var names = stops.getFirst().deployments().stream().map(one -> one.provider().name()).toList();
    assertThat(String.join(" ", names)).isEqualTo(asked == null ? "" : asked);
  }

  private static String wished(String provider) {
    return "{\"alias\":\"wished\",\"provider\":\"%s\",\"upstreamModel\":\"m\",\"model\":\"m\"}"
        .formatted(provider);
  }

  @Test
  void refusesWhereNoneIsLeftOfThoseThatARequestAllows() {
    var chat = TestingProxy.chat("fast");
    chat.putObject("provider").putArray("only").add("azure");
    assertThatThrownBy(() -> answer(chat))
        .isInstanceOfSatisfying(
            Refusal.class,
            e -> {
              assertThat(e.code()).isEqualTo(RefusalCode.UNKNOWN_MODEL);
              assertThat(e.advice()).contains("None of the providers");
            });
    assertThat(openAi.received()).isEmpty();
  }

  /** OpenRouter, "/messages": a fallback names a model and nothing else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"fallbacks\":[{\"model\":\"nothing\"},{\"model\":\"smart\"}]",
        "\"models\":[\"fast\",\"smart\"]"
      })
  void asksTheFallbacksOfARequestInAnthropicsForm(String list) {
    openAi.answers(LIMITED);

    var answer = messages("fast", list);

    assertThat(answer.head().deployment()).contains("a-1");
    assertThat(answer.head().dropped()).isEmpty();
    assertThat(anthropic.last().json().has("fallbacks")).isFalse();
    assertThat(anthropic.last().json().has("models")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"fallbacks\":[{\"model\":\"a\"},{\"model\":\"b\"},{\"model\":\"c\"},{\"model\":\"d\"}]",
        "\"fallbacks\":[{\"model\":\"a\",\"max_tokens\":1}]",
        "\"fallbacks\":[{\"model\":\"a\"},\"b\"]",
        "\"fallbacks\":[{\"model\":\"a\"}],\"models\":[\"b\"]",
      })
  void refusesFallbacksInAnthropicsFormThatItCannotRead(String list) {
    assertRefused(RefusalCode.MALFORMED_REQUEST, () -> messages("smart", list));
    assertThat(anthropic.received()).isEmpty();
  }

  private Answer messages(String alias, String more) {
    var body =
        "{\"model\":\"%s\",\"max_tokens\":9,%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
            .formatted(alias, more)
            .getBytes(StandardCharsets.UTF_8);
    return testing.proxy.answer(testing.caller(), new MessagesSkin().read(body), Exchange.AS_IT_IS);
  }

  private void alias(String mode) {
    testing.add("ModelAlias", "fast", fallbacks(mode, "smart"));
  }

  private static String fallbacks(String mode, String other) {
    return mode.equals("disabled")
        ? "{\"default\":true}"
        : "{\"fallback\":\"%s\",\"default\":true,\"fallbacks\":[\"%s\"]}".formatted(mode, other);
  }

  private static String mixed(String provider, String model, int priority) {
    return ("{\"alias\":\"mix\",\"provider\":\"%s\",\"upstreamModel\":\"m\",\"model\":\"%s\","
            + "\"priority\":%d}")
        .formatted(provider, model, priority);
  }

  private Answer answer(ObjectNode chat) {
    return testing.proxy.answer(
        testing.caller(), ModelRequest.of(ChatRequest.of(chat)), Exchange.AS_IT_IS);
  }
}
