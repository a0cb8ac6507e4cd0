package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * R6: reasoning goes back to the deployment and the credential that gave it, whatever the order of
 * deployments; where that cannot be asked, the others are asked without it, or not at all.
 */
final class ReasoningRuleTest {
  private static final Script DOWN = Script.json(500, "{}");

  private final FakeProvider first = new FakeProvider().lenient();
  private final FakeProvider second = new FakeProvider().lenient();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    first.close();
    second.close();
  }

  @ParameterizedTest
  @EnumSource(ReasoningWay.class)
  void goesToWhoeverGaveIt(ReasoningWay way) {
    given(way, "");
    second.answers(way.answer());

    ask(way, way.follow());

    assertThat(facts().path("deployment").asText()).isEqualTo("a-second");
    assertThat(second.last().json().toString()).contains(ReasoningWay.SEAL);
    assertThat(first.received()).hasSize(2); // those that failed before
  }

  @Test
  void goesToWhoeverGaveItBeforeAnyWeight() {
    var way = ReasoningWay.MESSAGES;
    testing
        .played("first", way.protocol(), first)
        .played("second", way.protocol(), second)
        .addLater("Deployment", "a-first", weighed("first", 1_000))
        .add("Deployment", "a-second", weighed("second", 0));
    givenBySecond(way);
    assertThat(facts().path("weighed_by").asText()).isEqualTo("first_words");
    second.answers(way.answer());

    ask(way, way.follow());

    assertThat(facts().path("deployment").asText()).isEqualTo("a-second");
    assertThat(facts().has("weighed_by")).isFalse();
  }

  private static String weighed(String provider, int weight) {
    return "{\"alias\":\"a\",\"provider\":\"%s\",\"upstreamModel\":\"up\",\"weight\":%d}"
        .formatted(provider, weight);
  }

  @ParameterizedTest
  @EnumSource(ReasoningWay.class)
  void isLeftOutWhereItsGiverDoesNotAnswer(ReasoningWay way) {
    given(way, "");
    second.answers(DOWN, DOWN);
    first.answers(way.answer());

    var dropped = ask(way, way.follow());

    assertThat(facts().path("deployment").asText()).isEqualTo("a-first");
    assertThat(first.last().json().toString()).contains("Hi").doesNotContain(ReasoningWay.SEAL);
    boolean told = !way.name().startsWith("PLAIN"); // who did not tell it does not know of it
    assertThat(dropped.contains("reasoning_details")).isEqualTo(told);
  }

  @ParameterizedTest
  @EnumSource(ReasoningWay.class)
  void keepsOthersFromBeingAskedWhereThatIsTheChoice(ReasoningWay way) {
    given(way, "\"reasoning\":\"fail\"");
    second.answers(DOWN, DOWN);

    assertThatThrownBy(() -> ask(way, way.follow()))
        .isInstanceOfSatisfying(
            Refusal.class,
            one -> assertThat(one.code()).isEqualTo(RefusalCode.UPSTREAM_UNAVAILABLE));

    assertThat(facts().path("route").toString()).contains("a-first:reasoning_of_another");
    assertThat(first.received()).hasSize(2);
  }

  @Test
  void tellsWhereItsGiverIsNoLongerThere() {
    given(ReasoningWay.MESSAGES, "\"alias\":\"a\",\"reasoning\":\"fail\"");
    testing.deploymentOf("b", "first", "chat", 0);
    testing.add("ModelAlias", "b", "{\"reasoning\":\"fail\"}");

    var follow = ReasoningWay.MESSAGES.follow().replace("\"model\":\"a\"", "\"model\":\"b\"");
    assertThatThrownBy(() -> ask(ReasoningWay.MESSAGES, follow))
        .isInstanceOfSatisfying(
            Refusal.class,
            one -> {
              assertThat(one.code()).isEqualTo(RefusalCode.INVALID_REQUEST);
              assertThat(one.getMessage()).contains("reasoning");
            });
    assertThat(testing.evidence.outcomes().getLast())
        .isEqualTo(new Outcome.Refused(RefusalCode.INVALID_REQUEST));
  }

  @Test
  void isLeftOutForNobodyWhoWantsEveryParameterCarried() {
    given(ReasoningWay.CHAT, "");
    second.answers(DOWN, DOWN);

    var follow =
        ReasoningWay.CHAT
            .follow()
            .replace("\"model\"", "\"provider\":{\"require_parameters\":true},\"model\"");
    assertThatThrownBy(() -> ask(ReasoningWay.CHAT, follow)).isInstanceOf(Refusal.class);
    assertThat(first.received()).hasSize(2);
  }

  @Test
  void goesWhereverTheRequestGoesWhereItIsNotKnownWhoGaveIt() {
    given(ReasoningWay.MESSAGES, "");
    first.answers(ReasoningWay.MESSAGES.answer());

    ask(
        ReasoningWay.MESSAGES,
        ReasoningWay.MESSAGES.follow().replace(ReasoningWay.SEAL, "another"));

    assertThat(facts().path("deployment").asText()).isEqualTo("a-first");
    assertThat(first.last().json().toString()).contains("another");
  }

  @Test
  void isForgottenAfterADay() {
    given(ReasoningWay.MESSAGES, "");
    first.answers(ReasoningWay.MESSAGES.answer());
    testing.clock.advance(Duration.ofHours(24));

    ask(ReasoningWay.MESSAGES, ReasoningWay.MESSAGES.follow());

    assertThat(facts().path("deployment").asText()).isEqualTo("a-first");
  }

  /** As where the keys belong to different organisations (mecatl #345). */
  @ParameterizedTest
  @ValueSource(strings = {"strip", "fail"})
  void goesWithTheCredentialThatItCameWith(String choice) {
    testing.vault.with("one", "sk-one").with("two", "sk-two");
    testing
        .addLater("Credential", "one", "{\"providers\":[\"pair\"]}")
        .addLater("Credential", "two", "{\"providers\":[\"pair\"]}")
        .addLater(
            "Provider",
            "pair",
            "{\"protocol\":\"anthropic\",\"baseUrl\":\"%s\",\"credentials\":[\"one\",\"two\"]}"
                .formatted(second.base()))
        .deploymentOf("a", "pair", "chat", 0)
        .add("ModelAlias", "a", "{\"reasoning\":\"%s\"}".formatted(choice));
    second.answers(
        Script.json(429, "{}"), ReasoningWay.MESSAGES.answer(), ReasoningWay.MESSAGES.answer());
    ask(ReasoningWay.MESSAGES, ReasoningWay.MESSAGES.begin());
    testing.clock.advance(Duration.ofMinutes(11));

    ask(ReasoningWay.MESSAGES, ReasoningWay.MESSAGES.follow());
    assertThat(second.received())
        .extracting(one -> one.header("x-api-key"))
        .containsExactly("sk-one", "sk-two", "sk-two");

    second.answers(Script.json(429, "{}"), ReasoningWay.MESSAGES.answer());
    if (choice.equals("fail")) {
      assertThatThrownBy(() -> ask(ReasoningWay.MESSAGES, ReasoningWay.MESSAGES.follow()))
          .isInstanceOfSatisfying(
              Refusal.class, one -> assertThat(one.code()).isEqualTo(RefusalCode.RATE_LIMITED));
    } else {
      ask(ReasoningWay.MESSAGES, ReasoningWay.MESSAGES.follow());
      assertThat(second.last().header("x-api-key")).isEqualTo("sk-one");
      assertThat(second.last().json().toString()).doesNotContain(ReasoningWay.SEAL);
    }
  }

  /** The second gives the first answer, for the first is down. */
  private void given(ReasoningWay way, String alias) {
    testing
        .played("first", way.protocol(), first)
        .played("second", way.protocol(), second)
        .deploymentOf("a", "first", way.api(), 0)
        .deploymentOf("a", "second", way.api(), 1);
    if (!alias.isEmpty()) {
      testing.add("ModelAlias", "a", "{%s}".formatted(alias));
    }
    givenBySecond(way);
  }

  private void givenBySecond(ReasoningWay way) {
    first.answers(DOWN, DOWN);
    second.answers(way.answer());
    ask(way, way.begin());
    assertThat(facts().path("deployment").asText()).isEqualTo("a-second");
    testing.clock.advance(Duration.ofMinutes(11)); // both are well again
  }

  private List<String> ask(ReasoningWay way, String body) {
    if (!way.streamed()) {
      return testing
          .proxy
          .answer(testing.caller(), read(way, body), Exchange.AS_IT_IS)
          .head()
          .dropped();
    }
    var sink = new RecordingSink();
    testing.proxy.relay(testing.caller(), read(way, body), Exchange.AS_IT_IS, sink);
    return sink.heads().getFirst().dropped();
  }

  private ModelRequest read(ReasoningWay way, String body) {
    return Wires.skins(testing.clock).stream()
        .filter(skin -> skin.form() == way.form())
        .findFirst()
        .orElseThrow()
        .read(body.getBytes(StandardCharsets.UTF_8));
  }

  private ObjectNode facts() {
    return testing.evidence.records(Ended.class).getLast().facts();
  }
}
