package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What goes on as its caller wrote it is written down, and paid for, as what it is. */
class PassedRequestTest extends LlmProxyScene {
  private static final String ANSWER =
      """
      {"id":"msg_1","type":"message","role":"assistant","model":"claude","stop_reason":"end_turn",
       "content":[{"type":"text","text":"Hi"}],
       "usage":{"input_tokens":10,"output_tokens":1,"speed":"%s"}}
      """;

  /** Faster answers cost a multiple, by no name of a service tier. */
  @Test
  void givesNoFastAnswerOnABudgetUnlessItsPriceIsKnown() {
    testing.authority.budget(1_000_000);
    anthropic.lenient().answers(Script.json(200, ANSWER.formatted("standard")));
    assertRefused(RefusalCode.BUDGET_EXHAUSTED, () -> ask(body("fast")));
    assertThat(anthropic.received()).isEmpty();

    ask(body("standard"));
    assertThat(facts().path("cost_micro_usd").asLong()).isPositive();
  }

  @Test
  void tellsNoPriceOfAFastAnswerWherePricesAreOfUsualOnes() {
    anthropic.lenient().answers(Script.json(200, ANSWER.formatted("fast")));
    ask(body("fast"));

    assertThat(facts().has("cost_micro_usd")).isFalse();
    assertThat(facts().path("service_tier").asText()).isEqualTo("fast");
  }

  @Test
  void writesDownTheDigestOfWhatTheCallerWrote() {
    anthropic.lenient().answers(Script.json(200, ANSWER.formatted("standard")));
    ask(body("standard"));

    var begun = testing.evidence.records(Begun.class).getLast();
    assertThat(new String(begun.action().payload(), StandardCharsets.UTF_8))
        .isEqualTo(body("standard"));
  }

  private Answer ask(String body) {
    var asked = new MessagesSkin().read(body.getBytes(StandardCharsets.UTF_8));
    return testing.proxy.answer(testing.caller(), asked, Exchange.AS_IT_IS);
  }

  private static String body(String speed) {
    return "{\"model\":\"smart\",\"max_tokens\":64,\"speed\":\"%s\",\"messages\":".formatted(speed)
        + "[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  }
}
