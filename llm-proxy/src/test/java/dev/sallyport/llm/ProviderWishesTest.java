package dev.sallyport.llm;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.skin.EmbeddingsSkin;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.skin.responses.ResponsesSkin;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S9, S15, S21, S22: how cheap and how quick is wished, by {@code provider} or by the alias. */
class ProviderWishesTest extends LlmProxyScene {
  private static final String HI = "{\"role\":\"user\",\"content\":\"Hi\"}";

  @Test
  void asksTheCheapestAndSaysInEvidenceWhyAndLeavesNothingOut() {
    cheap("both-3");

    var answer = answer(chat("both", "{\"sort\":\"price\",\"max_price\":{\"prompt\":\"2.5\"}}"));

    assertThat(answer.head().deployment()).contains("both-3");
    assertThat(answer.head().dropped()).isEmpty();
    assertThat(facts().path("route").toString())
        .isEqualTo("[\"both-1:above_max_price\",\"both-2:above_max_price\",\"both-3:answered\"]");
    assertThat(facts().has("route_by")).isFalse();

    answer(chat("both", "{\"sort\":\"price\"}"));
    assertThat(facts().path("route").toString()).isEqualTo("[\"both-3:answered\"]");
    assertThat(facts().path("route_by").toString()).isEqualTo("[\"price\"]");
  }

  @Test
  void refusesWhereNobodyCostsAsLittleAsIsWishedAndSaysWhichWishItIs() {
    assertThatThrownBy(() -> answer(chat("both", "{\"max_price\":{\"completion\":14.99}}")))
        .isInstanceOfSatisfying(
            Refusal.class,
            e -> {
              assertThat(e.code()).isEqualTo(RefusalCode.UNKNOWN_MODEL);
              assertThat(e.advice()).contains("\"max_price\"");
            });
    assertThat(openAi.received()).isEmpty();
    assertThat(anthropic.received()).isEmpty();
    assertThat(testing.evidence.outcomes())
        .containsExactly(new Outcome.Refused(RefusalCode.UNKNOWN_MODEL));
    assertThat(facts().path("route").toString())
        .isEqualTo("[\"both-1:above_max_price\",\"both-2:above_max_price\"]");
  }

  /** What a caller may not use is not told from what there is not, whatever it would pay. */
  @Test
  void saysNothingOfPricesWhereTheCallerMayNotUseTheModel() {
    testing.deployment("f-1", TestingProxy.MODEL_DENIED, "anthropic", 0);
    for (var alias : new String[] {TestingProxy.MODEL_DENIED, "nothing"}) {
      assertThatThrownBy(() -> answer(chat(alias, "{\"max_price\":{\"prompt\":0}}")))
          .isInstanceOfSatisfying(
              Refusal.class,
              e -> {
                assertThat(e.code()).isEqualTo(RefusalCode.UNKNOWN_MODEL);
                assertThat(e.advice()).isEqualTo(RefusalCode.UNKNOWN_MODEL.advice());
              });
    }
  }

  @Test
  void triesEachDeploymentOnceInFiveMinutesThatIsToBeComparedByItsSpeed() {
    for (var sort : new String[] {"latency", "throughput"}) {
      var chat = chat("both", "{\"sort\":\"%s\"}".formatted(sort));
      assertThat(answer(chat).head().deployment()).contains("both-1");
      assertThat(answer(chat).head().deployment()).contains("both-2");
      assertThat(facts().path("route_by").toString()).isEqualTo("[\"" + sort + "\"]");

      testing.clock.advance(Duration.ofMinutes(5));
    }
    assertThat(answer(chat("both", "{\"sort\":\"latency\"}")).head().deployment())
        .contains("both-1");
  }

  @Test
  void comparesStreamsByWhenTheyBeginAndNotByWholeAnswers() {
    var wish = "{\"sort\":\"latency\"}";
    answer(chat("both", wish));

    stream(wish);
    assertThat(facts().path("deployment").asText()).isEqualTo("both-1");
    stream(wish);
    assertThat(facts().path("deployment").asText()).isEqualTo("both-2");
    testing.clock.advance(Duration.ofMinutes(5));
    stream("{\"sort\":\"throughput\"}");
    assertThat(facts().path("deployment").asText()).isEqualTo("both-1");
    stream("{\"sort\":\"throughput\"}");
    assertThat(facts().path("deployment").asText()).isEqualTo("both-2");
  }

  @Test
  void asksWhoIsSlowerThanIsPreferredLastAndDoesNotLeaveItOut() {
    var chat = chat("both", "{\"preferred_min_throughput\":1e12}");
    assertThat(answer(chat).head().deployment()).contains("both-1");

    anthropic.answers(DOWN, DOWN);
    assertThat(answer(chat).head().deployment()).contains("both-1");

    assertThat(anthropic.received()).isNotEmpty();
    assertThat(facts().path("route_by").toString()).isEqualTo("[\"preferred_min_throughput\"]");
  }

  @Test
  void asksOnlyTheFirstOfThoseInOrderWhereTheCallerWantsNoFallback() {
    cheap("both-3");
    openAi.answers(DOWN, DOWN);

    assertRefused(
        RefusalCode.UPSTREAM_UNAVAILABLE,
        () -> answer(chat("both", "{\"sort\":\"price\",\"allow_fallbacks\":false}")));

    assertThat(anthropic.received()).isEmpty();
    assertThat(facts().path("route").toString()).contains("both-3").doesNotContain("both-1");
  }

  /** What is faster costs more, and nobody said how much. */
  @Test
  void takesThePriceOfFastAnswersForThoseThatAreToBeFast() {
    var messages =
        "{\"model\":\"smart\",\"max_tokens\":9,\"messages\":["
            + HI
            + "]%s,"
            + "\"provider\":{\"max_price\":{\"prompt\":3}}}";
    var usual = new MessagesSkin().read(bytes(messages.formatted("")));
    var fast = new MessagesSkin().read(bytes(messages.formatted(",\"speed\":\"fast\"")));

    assertThat(testing.proxy.answer(testing.caller(), usual, Exchange.AS_IT_IS).head().deployment())
        .contains("a-1");
    assertRefused(
        RefusalCode.UNKNOWN_MODEL,
        () -> testing.proxy.answer(testing.caller(), fast, Exchange.AS_IT_IS));
  }

  @Test
  void heedsThemInEveryFormOfRequest() {
    cheap("both-3");
    var provider = ",\"provider\":{\"sort\":\"price\"}}";
    var messages = "{\"model\":\"both\",\"max_tokens\":9,\"messages\":[" + HI + "]" + provider;
    var responses = "{\"model\":\"both\",\"input\":\"Hi\",\"store\":false" + provider;
    for (var asked :
        new ModelRequest[] {
          new MessagesSkin().read(bytes(messages)),
          new ResponsesSkin(testing.clock).read(bytes(responses))
        }) {
      var answer = testing.proxy.answer(testing.caller(), asked, Exchange.AS_IT_IS);
      assertThat(answer.head().deployment()).contains("both-3");
      assertThat(answer.head().dropped()).isEmpty();
    }
    var embeddings =
        "{\"model\":\"both\",\"input\":\"Hi\",\"provider\":{\"max_price\":{\"prompt\":0}}}";
    assertRefused(
        RefusalCode.UNKNOWN_MODEL,
        () ->
            testing.proxy.answer(
                testing.caller(), new EmbeddingsSkin().read(bytes(embeddings)), Exchange.AS_IT_IS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sort | 1",
        "sort | [\"price\"]",
        "sort | \"cheap\"",
        "sort | \"Price\"",
        "sort | {\"by\":\"cheap\"}",
        "sort | {\"by\":\"price\",\"partition\":\"all\"}",
        "max_price | 1",
        "max_price | {\"prompt\":-0.1}",
        "max_price | {\"prompt\":\"-1\"}",
        "max_price | {\"prompt\":\"1e3\"}",
        "max_price | {\"prompt\":\"\"}",
        "max_price | {\"prompt\":\"1234567890\"}",
        "max_price | {\"image\":{}}",
        "preferred_max_latency | \"1\"",
        "preferred_max_latency | -1",
        "preferred_max_latency | {\"p95\":1}",
        "preferred_min_throughput | {\"p50\":\"1\"}",
        "preferred_min_throughput | {\"p50\":-1}",
        "preferred_min_throughput | [1]",
      })
  void refusesWhatItCannotReadAndNamesIt(String member, String value) {
    assertThatThrownBy(() -> answer(chat("both", "{\"%s\":%s}".formatted(member, value))))
        .isInstanceOfSatisfying(
            Refusal.class,
            e -> {
              assertThat(e.code()).isEqualTo(RefusalCode.MALFORMED_REQUEST);
              assertThat(e.advice()).contains("\"provider/" + member + "\"");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sort\":{\"by\":\"price\",\"partition\":\"none\"}}",
        "{\"quantizations\":[\"fp8\"],\"sort\":\"price\"}"
      })
  void namesWhatItDoesNotHeed(String provider) {
    assertThat(answer(chat("both", provider)).head().dropped()).containsExactly("provider");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | both-3 | [\"alias:price\"]",
        "{\"sort\":null} | both-3 | [\"alias:price\"]",
        "{\"sort\":{\"partition\":\"model\"}} | both-3 | [\"alias:price\"]",
        "{\"max_price\":{\"prompt\":9}} | both-3 | [\"alias:price\"]",
        "{\"preferred_max_latency\":99} | both-3 | [\"preferred_max_latency\",\"alias:price\"]",
        "{\"sort\":\"price\"} | both-3 | [\"price\"]",
        "{\"sort\":\"latency\"} | both-1 | [\"latency\"]",
        "{\"order\":[\"anthropic\"]} | both-2 | [\"order\"]",
        "{\"order\":[\"openai\"]} | both-1 | [\"order\"]",
        "{\"ignore\":[\"openai\"]} | both-2 | ``",
      })
  void sortsAsTheAliasSaysWhereARequestSaysNoOrder(
      String provider, String asked, String orderedBy) {
    cheap("both-3");
    alias("\"sort\":\"price\"");

    assertThat(answer(chat("both", provider)).head().deployment()).contains(asked);
    assertThat(facts().path("route_by").toString()).isEqualTo(orderedBy);
  }

  @Test
  void sortsEachAliasThatStandsInByWhatItSaysItself() {
    cheap("both-3");
    alias("\"sort\":\"price\"");
    testing.add("ModelAlias", "fast", "{\"fallback\":\"any\",\"fallbacks\":[\"both\"]}");
    openAi.answers(DOWN, DOWN);

    answer(TestingProxy.chat("fast"));

    assertThat(facts().path("deployment").asText()).isEqualTo("both-3");
    assertThat(facts().path("route_by").toString()).isEqualTo("[\"alias:price\"]");
    assertThat(testing.evidence.records(Ended.class).getFirst().facts().has("route_by")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | [\"both-1:above_alias_max_price\",\"both-2:above_alias_max_price\",\"both-3:answered\"]",
        "{\"max_price\":{\"prompt\":2.5}} |"
            + " [\"both-1:above_alias_max_price\",\"both-2:above_alias_max_price\",\"both-3:answered\"]",
        "{\"max_price\":{\"prompt\":99},\"order\":[\"anthropic\"]} |"
            + " [\"both-1:above_alias_max_price\",\"both-2:above_alias_max_price\",\"both-3:answered\"]",
      })
  void asksNobodyAboveThePriceOfTheAliasWhateverTheRequestAllows(String provider, String route) {
    cheap("both-3");
    alias("\"maxPrice\":{\"inputUsdPerMillion\":\"2.50\",\"outputUsdPerMillion\":\"9\"}");

    answer(chat("both", provider));

    assertThat(facts().path("route").toString()).isEqualTo(route);
  }

  @Test
  void letsARequestOnlyTightenThePriceOfTheAlias() {
    cheap("both-3");
    alias("\"maxPrice\":{\"inputUsdPerMillion\":\"2.50\"}");

    assertThatThrownBy(() -> answer(chat("both", "{\"max_price\":{\"prompt\":2.49}}")))
        .isInstanceOfSatisfying(
            Refusal.class,
            e -> {
              assertThat(e.code()).isEqualTo(RefusalCode.UNKNOWN_MODEL);
              assertThat(e.advice()).contains("\"max_price\"");
            });
    assertThat(facts().path("route").toString())
        .isEqualTo(
            "[\"both-1:above_alias_max_price\",\"both-2:above_alias_max_price\","
                + "\"both-3:above_max_price\"]");
  }

  /** Callers learn that there is a bound, and not which. */
  @Test
  void refusesWhereNobodyCostsAsLittleAsTheAliasAllowsAndSaysWhomToTell() {
    testing.add(
        "Deployment",
        "both-3",
        "{\"alias\":\"both\",\"provider\":\"openai\","
            + "\"upstreamModel\":\"up\",\"model\":\"model-both\",\"priority\":2}");
    alias("\"maxPrice\":{\"outputUsdPerMillion\":\"14.99\"}");

    assertThatThrownBy(() -> answer(TestingProxy.chat("both")))
        .isInstanceOfSatisfying(
            Refusal.class,
            e -> {
              assertThat(e.code()).isEqualTo(RefusalCode.UNKNOWN_MODEL);
              assertThat(e.advice()).contains("administrators").doesNotContain("14", "max_price");
            });
    assertThat(openAi.received()).isEmpty();
    assertThat(anthropic.received()).isEmpty();
    assertThat(facts().path("route").toString())
        .isEqualTo(
            "[\"both-1:above_alias_max_price\",\"both-2:above_alias_max_price\","
                + "\"both-3:alias_max_price_unknown\"]");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Adds a deployment behind {@code both} that is asked last and costs least. */
  private void cheap(String name) {
    testing.add(
        "Deployment",
        name,
        "{\"alias\":\"both\",\"provider\":\"openai\",\"upstreamModel\":\"up\",\"model\":\"model-both\","
            + "\"priority\":2,\"price\":{\"inputUsdPerMillion\":\"2.50\",\"outputUsdPerMillion\":\"9.00\"}}");
  }

  /** Says something of {@code both}. */
  private void alias(String more) {
    testing.add("ModelAlias", "both", "{" + more + "}");
  }

  private void stream(String provider) {
    var chat = chat("both", provider).put("stream", true);
    testing.proxy.relay(
        testing.caller(),
        ModelRequest.of(ChatRequest.of(chat)),
        Exchange.AS_IT_IS,
        new RecordingSink());
  }

  private static ObjectNode chat(String alias, String provider) {
    var chat = TestingProxy.chat(alias);
    chat.set("provider", Wire.object(provider));
    return chat;
  }

  private Answer answer(ObjectNode chat) {
    return testing.proxy.answer(
        testing.caller(), ModelRequest.of(ChatRequest.of(chat)), Exchange.AS_IT_IS);
  }
}
