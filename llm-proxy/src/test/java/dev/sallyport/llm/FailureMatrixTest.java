package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.RecordingSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is done about each failure (R9, R10, S14, S36 to S39): who is asked how often, what the
 * caller gets, and what is written down.
 */
class FailureMatrixTest extends LlmProxyScene {
  /**
   * Of the first deployment: how it fails; how often it is asked, how often the second; the route.
   */
  private static final String MATRIX =
      """
      500 | 2 | 1 | both-1:failed_unavailable both-1:failed_unavailable both-2:answered
      502 | 2 | 1 | both-1:failed_unavailable both-1:failed_unavailable both-2:answered
      503 | 2 | 1 | both-1:failed_overloaded both-1:failed_overloaded both-2:answered
      529 | 2 | 1 | both-1:failed_overloaded both-1:failed_overloaded both-2:answered
      429 | 1 | 1 | both-1:failed_rate_limited both-2:answered
      401 | 1 | 1 | both-1:failed_credential_rejected both-2:answered
      402 | 1 | 1 | both-1:failed_payment both-2:answered
      403 | 1 | 1 | both-1:failed_forbidden both-2:answered
      408 | 1 | 1 | both-1:failed_timeout both-2:answered
      504 | 1 | 1 | both-1:failed_timeout both-2:answered
      400 | 1 | 0 | both-1:failed_invalid_request
      404 | 1 | 0 | both-1:failed_not_found
      413 | 1 | 0 | both-1:failed_request_too_large
      422 | 1 | 0 | both-1:failed_invalid_request
      302 | 1 | 0 | both-1:failed_rejected
      policy | 1 | 0 | both-1:failed_content_policy
      context | 1 | 0 | both-1:failed_context_length
      quota | 1 | 1 | both-1:failed_payment both-2:answered
      malformed | 1 | 1 | both-1:failed_malformed both-2:answered
      cut | 1 | 1 | both-1:failed_broke_off both-2:answered
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = MATRIX)
  void doesOfAWholeAnswerWhatMayMendIt(String how, int first, int second, String route) {
    openAi.answers(failing(how, false), failing(how, false));

    var answered = attempt(() -> complete("both"));

    assertThat(openAi.received()).hasSize(first);
    assertThat(anthropic.received()).hasSize(second);
    assertThat(answered.isEmpty()).isEqualTo(second == 1);
    assertThat(route()).isEqualTo(route);
    assertThat(facts().path("attempts").asInt()).isEqualTo(first + second);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = MATRIX)
  void doesOfAStreamThatHasNotBegunWhatMayMendIt(String how, int first, int second, String route) {
    openAi.answers(failing(how, true), failing(how, true));
    var sink = new RecordingSink();

    var refused = attempt(() -> relay("both", sink));

    assertThat(openAi.received()).hasSize(first);
    assertThat(anthropic.received()).hasSize(second);
    assertThat(route()).isEqualTo(route);
    if (second == 1) {
      assertThat(sink.text()).contains("claude-served").endsWith("data: [DONE]\n\n");
      assertThat(sink.text()).doesNotContain("gpt-served");
    } else {
      boolean opened = !sink.heads().isEmpty(); // by a sign of life
      assertThat(refused.isEmpty()).isEqualTo(opened);
      assertThat(sink.text()).doesNotContain("served", "[DONE]", "canary");
      assertThat(sink.text().contains("data: {\"error\":{")).isEqualTo(opened);
    }
  }

  /** Errors that providers tell of in a stream whose status was 200. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"overloaded_error"} | upstream_overloaded | 2 | 1
          {"type":"rate_limit_error"} | rate_limited | 1 | 1
          {"type":"invalid_request_error"} | invalid_request | 1 | 0
          {"code":"content_filter"} | content_policy_violation | 1 | 0
          {"code":401,"message":"canary"} | upstream_rejected | 1 | 1
          {"code":402,"message":"canary"} | upstream_rejected | 1 | 1
          {"code":500,"message":"canary"} | upstream_unavailable | 2 | 1
          """)
  void neverAsksAnotherOnceSomethingWasSaid(String error, String code, int first, int second) {
    var bad = "data: {\"error\":" + error + "}\n\n";
    var said = new ArrayList<>(Script.split(CannedAnswers.OPENAI_STREAM).subList(0, 2));
    said.add(bad);
    openAi.answers(Script.events(said));
    var sink = new RecordingSink();

    relay("both", sink);

    assertThat(openAi.received()).hasSize(1);
    assertThat(anthropic.received()).isEmpty();
    assertThat(sink.text()).contains("Hello", "\"code\":\"" + code + "\"");
    assertThat(sink.text()).doesNotContain("[DONE]", "canary");
    assertThat(testing.evidence.outcomes().getLast().toString()).contains("upstream_");

    testing.clock.advance(Duration.ofMinutes(11));
    openAi.answers(Script.events(List.of(bad)), Script.events(List.of(bad)));
    var _ = attempt(() -> relay("both", new RecordingSink()));
    assertThat(openAi.received()).hasSize(1 + first);
    assertThat(anthropic.received()).hasSize(second);
  }

  @Test
  void waitsAsLongAsAProviderAsksForWhereNobodyElseIsLeft() {
    openAi.answers(limited("7"));

    complete("fast");

    assertThat(openAi.received()).hasSize(2);
    assertThat(testing.pauses).extracting(pause -> pause.toSeconds()).containsExactly(7L);
  }

  @ParameterizedTest
  @CsvSource({"29,2", "31,1"})
  void waitsNoLongerThanItsPatience(String seconds, int asked) {
    openAi.answers(limited(seconds));

    var refused = attempt(() -> complete("fast"));

    assertThat(openAi.received()).hasSize(asked);
    assertThat(refused.isPresent()).isEqualTo(asked == 1);
  }

  @Test
  void leavesAModelAloneUntilItsRetryAfterAndTellsSo() {
    openAi.answers(limited("31"));
    var _ = attempt(() -> complete("fast"));

    var refused = attempt(() -> complete("fast")).orElseThrow();

    assertThat(refused.code().code()).isEqualTo("rate_limited");
    assertThat(refused.retryAfter().orElseThrow()).hasSeconds(31);
    assertThat(route()).isEqualTo("o-1:parked_rate_limited_for_caller");
    assertThat(openAi.received()).hasSize(1);
    testing.clock.advance(Duration.ofSeconds(32));
    complete("fast");
  }

  /** RFC 9110, section 10.2.3; how late it is, is told by the clock that names the time. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Fri, 01 Jan 2038 00:00:31 GMT | Fri, 01 Jan 2038 00:00:00 GMT | 31",
        "Fri, 01 Jan 2038 09:00:00 GMT | Fri, 01 Jan 2038 00:00:00 GMT | 3600",
        "Fri, 01 Jan 2038 00:00:31 GMT | yesterday                     | none",
        "tomorrow                      | Fri, 01 Jan 2038 00:00:00 GMT | none",
        "-31                           | Fri, 01 Jan 2038 00:00:00 GMT | none"
      })
  void takesATimeForRetryAfter(String time, String now, String seconds) {
    openAi.answers(limited(time).withHeader("Date", now));

    var refused = attempt(() -> complete("fast"));

    var told = refused.orElseThrow().retryAfter().map(wait -> Long.toString(wait.toSeconds()));
    assertThat(told.orElse("none")).isEqualTo(seconds);
  }

  /** R9: so many targets times so many repeats do not multiply (Bifrost makes 12 of 3 and 3). */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 20})
  void neverMakesMoreAttemptsThanItMayHoweverManyThereAre(int targets) throws IOException {
    var rest = new FakeProvider();
    try (rest) {
      testing.add("Credential", "second", "{\"providers\":[\"rest\"]}");
      testing.add("Credential", "third", "{\"providers\":[\"rest\"]}");
      testing.vault.with("second", "s").with("third", "t");
      testing.add(
          "Provider",
          "rest",
          "{\"protocol\":\"openai\",\"baseUrl\":\"%s\",\"credentials\":[\"second\",\"third\"]}"
              .formatted(rest.base()));
      for (int i = 0; i < targets; i++) {
        testing.deployment("m" + i, "many", "rest", i);
        testing.deployment("n" + i, "more", "rest", i);
      }
      testing.add("ModelAlias", "many", "{\"fallback\":\"any\",\"fallbacks\":[\"more\",\"fast\"]}");
      for (var how : List.of("500", "429", "401", "malformed")) {
        int before = rest.received().size() + openAi.received().size();
        for (int i = 0; i < 40; i++) {
          rest.answers(failing(how, false));
          openAi.answers(failing(how, false));
        }
        testing.clock.advance(Duration.ofHours(2));

        var _ = attempt(() -> complete("many"));

        assertThat(rest.received().size() + openAi.received().size() - before)
            .as(how)
            .isBetween(1, 5);
      }
    }
  }

  private static Script limited(String seconds) {
    return CannedAnswers.error(false, 429, "x", "y").withHeader("Retry-After", seconds);
  }

  private static Script failing(String how, boolean streamed) {
    return switch (how) {
      case "policy" -> CannedAnswers.error(false, 403, "guardrail_blocked", "canary");
      case "context" -> CannedAnswers.error(false, 400, "x", "prompt is too long: canary");
      case "quota" -> CannedAnswers.error(false, 429, "insufficient_quota", "canary");
      case "malformed" ->
          streamed
              ? Script.events(List.of("data: canary\n\n"))
              : Script.json(200, "{\"choices\":[]}");
      case "cut" ->
          streamed
              ? Script.recorded(CannedAnswers.OPENAI_STREAM).cutAfter(1)
              : Script.json(200, "{\"choices\"").cutAfter(0);
      default -> CannedAnswers.error(false, Integer.parseInt(how), "x", "canary");
    };
  }

  private String route() {
    var route = new ArrayList<String>();
    facts().path("route").forEach(step -> route.add(step.textValue()));
    return String.join(" ", route);
  }

  private static Optional<Refusal> attempt(Runnable call) {
    try {
      call.run();
      return Optional.empty();
    } catch (Refusal refusal) {
      assertThat(refusal.advice()).doesNotContain("canary");
      return Optional.of(refusal);
    }
  }
}
