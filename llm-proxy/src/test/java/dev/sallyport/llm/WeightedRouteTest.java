package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.EventGate;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deployments that are chosen by weight keep all other rules of routes (S12, S21, S26, S28). */
final class WeightedRouteTest extends LlmProxyScene {
  private static final int SESSIONS = 32;

  @Test
  void keepsAConversationWithOneDeploymentAndWritesDownWhy() {
    pair("one", 1, "one", 1);
    var served = new HashSet<String>();
    for (int i = 0; i < SESSIONS; i++) {
      answer(session("mix", i));
      var first = deployment();
      answer(session("mix", i).put("temperature", 1));
      assertThat(deployment()).isEqualTo(first);
      assertThat(facts().path("weighed_by").asText()).isEqualTo("prompt_cache_key");
      served.add(first);
    }
    assertThat(served).containsExactlyInAnyOrder("w-1", "w-2");
  }

  @Test
  void staysWithADeploymentThroughAllRoundsWhateverTheModelSees() {
    pair("one", 1, "one", 1);
    var served = new HashSet<String>();
    for (int i = 0; i < SESSIONS; i++) {
      var first = said("Say " + i);
      testing.proxy.answer(testing.caller(), first, new Rounds(said("On " + i).chat()));
      assertThat(lastDeployments()).hasSize(1);
      served.addAll(lastDeployments());

      var streamed = TestingProxy.streamed("mix").put("prompt_cache_key", "key-" + i);
      var next = said("On " + i).chat().tree().deepCopy().put("stream", true);
      testing.proxy.relay(
          testing.caller(),
          ModelRequest.of(ChatRequest.of(streamed)),
          new Rounds(ChatRequest.of(next)),
          new RecordingSink());
      assertThat(lastDeployments()).hasSize(1);
    }
    assertThat(served).containsExactlyInAnyOrder("w-1", "w-2");
  }

  @Test
  void asksTheNextOfItsOrderWhereTheFirstFails() {
    pair("one", 1000, "one", 0);
    openAi.answers(DOWN, DOWN);

    answer(TestingProxy.chat("mix"));

    assertThat(deployment()).isEqualTo("w-2");
    assertThat(facts().path("weighed_by").asText()).isEqualTo("first_words");
    assertThat(facts().path("route").path(0).asText()).startsWith("w-1:failed_");
  }

  @ParameterizedTest
  @CsvSource({"anthropic, w-2", "openai, w-1"})
  void heedsTheOrderThatARequestWantsBeforeWeights(String wanted, String served) {
    pair("one", 1, "one", 1);
    for (int i = 0; i < SESSIONS; i++) {
      var chat = session("mix", i);
      chat.putObject("provider").putArray("order").add(wanted);
      answer(chat);
      assertThat(deployment()).isEqualTo(served);
      assertThat(facts().has("weighed_by")).isFalse();
    }
  }

  @Test
  void choosesByWeightAmongThoseThatARequestDoesNotTellApart() {
    pair("one", 1, "one", 1);
    var chat = TestingProxy.chat("mix");
    chat.putObject("provider").putArray("order").add("nobody");
    answer(chat);
    assertThat(facts().path("weighed_by").asText()).isEqualTo("first_words");
  }

  /** Neither has a price, so that they cost the same. */
  @Test
  void choosesByWeightAmongThoseThatTheSortOfAnAliasDoesNotTellApart() {
    testing.addLater("ModelAlias", "mix", "{\"sort\":\"price\"}");
    pair("one", 1, "one", 1);
    var served = new HashSet<String>();
    for (int i = 0; i < SESSIONS; i++) {
      answer(session("mix", i));
      served.add(deployment());
      assertThat(facts().path("weighed_by").asText()).isEqualTo("prompt_cache_key");
      assertThat(facts().path("route_by").toString()).isEqualTo("[\"alias:price\"]");
    }
    assertThat(served).containsExactlyInAnyOrder("w-1", "w-2");
  }

  @Test
  void asksOnlyTheDeploymentOfTheConversationWhereTheCallerWantsNoOther() {
    pair("one", 1000, "one", 0);
    openAi.answers(DOWN, DOWN);
    var chat = TestingProxy.chat("mix");
    chat.putObject("provider").put("allow_fallbacks", false);

    assertRefused(RefusalCode.UPSTREAM_UNAVAILABLE, () -> answer(chat));
    assertThat(anthropic.received()).isEmpty();
    assertThat(facts().path("weighed_by").asText()).isEqualTo("first_words");
  }

  @Test
  void triesANewModelBesideAnOldOneAndSaysWhichAnswered() {
    alias("any");
    pair("old", 3, "new", 1);
    var served = new TreeSet<String>();
    for (int i = 0; i < SESSIONS; i++) {
      var head = answer(session("mix", i)).head();
      assertThat(head.modelAsked()).isEqualTo("mix");
      assertThat(head.modelServed()).contains(deployment().equals("w-1") ? "old" : "new");
      served.add(head.modelServed().orElseThrow());
    }
    assertThat(served).containsExactly("new", "old");
  }

  /** Who chooses the alias gets the model that most get, and no other where that fails. */
  @ParameterizedTest
  @ValueSource(strings = {"mix", "auto"})
  void neverMakesAnotherModelOfOneThatWasChosen(String asked) {
    alias("implicit-default");
    pair("new", 1, "old", 3);
    var served = new TreeSet<String>();
    for (int i = 0; i < SESSIONS; i++) {
      served.add(answer(session(asked, i)).head().modelServed().orElseThrow());
    }
    assertThat(served)
        .isEqualTo(asked.equals("mix") ? Set.of("old") : new TreeSet<>(Set.of("new", "old")));

    anthropic.answers(DOWN, DOWN);
    if (asked.equals("mix")) {
      assertRefused(RefusalCode.UPSTREAM_UNAVAILABLE, () -> answer(TestingProxy.chat("mix")));
      assertThat(openAi.received()).isEmpty();
    }
  }

  @Test
  void saysNothingOfWeightsWhereThereAreNone() {
    answer(TestingProxy.chat("both"));
    assertThat(facts().has("weighed_by")).isFalse();
  }

  /** What is said of the alias that stands for two models. */
  private void alias(String fallback) {
    testing.addLater(
        "ModelAlias", "mix", "{\"fallback\":\"%s\",\"default\":true}".formatted(fallback));
  }

  private void pair(String first, int one, String second, int two) {
    testing
        .addLater("Deployment", "w-1", weighed("openai", first, one))
        .add("Deployment", "w-2", weighed("anthropic", second, two));
  }

  private static String weighed(String provider, String model, int weight) {
    return ("{\"alias\":\"mix\",\"provider\":\"%s\",\"upstreamModel\":\"m\",\"model\":\"%s\","
            + "\"weight\":%d}")
        .formatted(provider, model, weight);
  }

  private static ObjectNode session(String alias, int number) {
    return TestingProxy.chat(alias).put("prompt_cache_key", "key-" + number);
  }

  private static ModelRequest said(String words) {
    var chat = TestingProxy.chat("mix");
    chat.putArray("messages").addObject().put("role", "user").put("content", words);
    return ModelRequest.of(ChatRequest.of(chat));
  }

  private Answer answer(ObjectNode chat) {
    return testing.proxy.answer(
        testing.caller(), ModelRequest.of(ChatRequest.of(chat)), Exchange.AS_IT_IS);
  }

  private String deployment() {
    return facts().path("deployment").asText();
  }

  /** Those that answered in the rounds of the last request. */
  private Set<String> lastDeployments() {
    var ended = testing.evidence.records(Ended.class);
    var names = new TreeSet<String>();
    for (var one : ended.subList(ended.size() - Rounds.MANY, ended.size())) {
      names.add(one.facts().path("deployment").asText());
    }
    return names;
  }

  /** A few rounds, after the first of which the model sees other words. */
  private static final class Rounds implements Exchange, EventGate {
    private static final int MANY = 3;

    private final ChatRequest next;
    private int round = 1;

    Rounds(ChatRequest next) {
      this.next = next;
    }

    @Override
    public ChatRequest seen(Permit permit, ChatRequest request) {
      return request;
    }

    @Override
    public byte[] whole(Permit permit, byte[] body) {
      return body;
    }

    @Override
    public EventGate gate() {
      return this;
    }

    @Override
    public List<byte[]> accept(byte[] frame) {
      return List.of(frame);
    }

    @Override
    public List<byte[]> end(Permit permit) {
      return List.of();
    }

    @Override
    public Optional<ChatRequest> goOn(Cancellation cancellation) {
      return round++ == MANY ? Optional.empty() : Optional.of(next);
    }
  }
}
