package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.testing.TestingProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No caller can take a credential from the others by what it has a provider refuse. */
class OwnDoingTest extends LlmProxyScene {
  private static final String OTHER = "spiffe://prod/agent/other";
  private static final String THIRD = "spiffe://prod/agent/third";

  @ParameterizedTest
  @CsvSource({
    "401, UPSTREAM_REJECTED, credential_rejected",
    "403, UPSTREAM_REJECTED, forbidden",
    "402, UPSTREAM_REJECTED, payment",
    "429, RATE_LIMITED, rate_limited"
  })
  void leavesTheOthersWhatOneIsRefused(int status, RefusalCode code, String label) {
    openAi.answers(refused(status));
    assertRefused(code, () -> complete("fast"));

    complete("fast", OTHER);
    assertThat(route()).isEqualTo("[\"o-1:answered\"]");

    assertRefused(code, () -> complete("fast"));
    assertThat(route()).isEqualTo("[\"o-1:parked_%s_for_caller\"]".formatted(label));
    assertThat(openAi.received()).hasSize(2);

    testing.clock.advance(Duration.ofMinutes(10));
    complete("fast");
    assertThat(openAi.received()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "401, UPSTREAM_REJECTED, credential_rejected",
    "403, UPSTREAM_REJECTED, forbidden",
    "402, UPSTREAM_REJECTED, payment",
    "429, RATE_LIMITED, rate_limited"
  })
  void asksForNobodyOnceTwoWereRefused(int status, RefusalCode code, String label) {
    openAi.answers(refused(status), refused(status));
    assertRefused(code, () -> complete("fast"));
    assertRefused(code, () -> complete("fast", OTHER));

    assertRefused(code, () -> complete("fast", THIRD));

    assertThat(route()).isEqualTo("[\"o-1:parked_%s\"]".formatted(label));
    assertThat(openAi.received()).hasSize(2);
  }

  /** Anthropic and others limit counts by themselves: no count takes the model from anybody. */
  @Test
  void leavesAllTheAnswersWhereCountsAreRefused() {
    anthropic.answers(refused(429), refused(429));
    count("spiffe://prod/agent/one");
    count(OTHER);
    count(THIRD);
    assertThat(anthropic.received()).hasSize(2);

    complete("smart");

    assertThat(route()).isEqualTo("[\"a-1:answered\"]");
  }

  /** An escape within a text of JSON hides words from whoever only reads the request. */
  @Test
  void leavesTheOthersWhatIsOnlySaidInWordsHoweverTheyWereWritten() {
    var asked = TestingProxy.chat("fast").put("user", "{\"a\":\"incorrect\\u0020api key\"}");
    openAi.answers(
        CannedAnswers.error(false, 400, "x", "Invalid user: {\"a\":\"incorrect api key\"}"));
    assertRefused(
        RefusalCode.UPSTREAM_REJECTED,
        () -> testing.proxy.complete(testing.caller(), asked, new Cancellation()));

    complete("fast", OTHER);

    assertThat(route()).isEqualTo("[\"o-1:answered\"]");
  }

  private ObjectNode complete(String alias, String who) {
    return testing.proxy.complete(
        testing.caller(who), TestingProxy.chat(alias), new Cancellation());
  }

  private void count(String who) {
    var body = "{\"model\":\"smart\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    var request = new MessagesSkin().readToCount(body.getBytes(StandardCharsets.UTF_8), Map.of());
    testing.proxy.count(testing.caller(who), request, false);
  }

  private static Script refused(int status) {
    return CannedAnswers.error(false, status, "x", "y").withHeader("Retry-After", "600");
  }

  private String route() {
    return facts().path("route").toString();
  }
}
