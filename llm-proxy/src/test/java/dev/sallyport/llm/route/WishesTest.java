package dev.sallyport.llm.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.route.Wanted.Dear;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R8, S9, S22: whom a request would have asked, by price and by speed. */
class WishesTest {
  private static final long MILLION = 1_000_000;

  private final TestingProxy testing = new TestingProxy();
  private final TestingClock clock = testing.clock;
  private final Speeds speeds = new Speeds(clock);

  @BeforeEach
  void setUp() {
    testing
        .add("Provider", "a", "{\"protocol\":\"anthropic\"}")
        .add("Provider", "b", "{\"protocol\":\"bedrock\",\"region\":\"eu-1\"}")
        .add("Provider", "c", "{\"protocol\":\"vertex\",\"region\":\"eu-1\",\"project\":\"p\"}")
        .add("Provider", "or", "{\"protocol\":\"openrouter\"}");
    deployment("a", price("3.00", "15.00", ",\"perRequestUsd\":\"0.005\""));
    deployment("b", price("5.00", "10.000001", ""));
    deployment("c", "");
  }

  @AfterEach
  void close() {
    testing.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"sort\":\"price\"} | b a c | price",
        "{\"sort\":{\"by\":\"price\",\"partition\":\"model\"}} | b a c | price",
        "{\"sort\":{\"by\":\"price\",\"partition\":\"none\"}} | b a c | price",
        "{\"sort\":{\"partition\":\"model\"}} | a b c | ``",
        "{\"sort\":{\"by\":null}} | a b c | ``",
        "{\"sort\":null} | a b c | ``",
        "{\"sort\":\"price\",\"order\":[\"c\"]} | c b a | order price",
        "{\"sort\":\"price\",\"order\":[\"c\",\"a\"]} | c a b | order price",
        "{\"sort\":\"price\",\"ignore\":[\"b\"]} | a c | price",
        "{\"sort\":\"price\",\"only\":[\"b\"]} | b | ``",
      })
  void asksTheCheapestFirstAndThoseOfUnknownPriceLast(
      String provider, String asked, String orderedBy) {
    var wanted = wanted(provider);

    assertThat(names(wanted)).isEqualTo(asked);
    assertThat(String.join(" ", wanted.orderedBy())).isEqualTo(orderedBy);
  }

  @Test
  void keepsTheUsualOrderOfThoseThatCostTheSame() {
    deployment("b", "w-b-2", price("4.00", "14.00", ""));

    assertThat(names(wanted("{\"sort\":\"price\"}"))).isEqualTo("b a b c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | a b c | ``",
        "{\"prompt\":null} | a b c | ``",
        "{\"prompt\":5} | a b | c:max_price_unknown",
        "{\"prompt\":3} | a | b:above_max_price c:max_price_unknown",
        "{\"prompt\":\"3\"} | a | b:above_max_price c:max_price_unknown",
        "{\"prompt\":2.999999999999999999999} | `` | a:above_max_price b:above_max_price"
            + " c:max_price_unknown",
        "{\"prompt\":3e0} | a | b:above_max_price c:max_price_unknown",
        "{\"completion\":10.000001} | b | a:above_max_price c:max_price_unknown",
        "{\"completion\":\"10.000001\"} | b | a:above_max_price c:max_price_unknown",
        "{\"completion\":10} | `` | a:above_max_price b:above_max_price c:max_price_unknown",
        "{\"request\":0.005} | a b | c:max_price_unknown",
        "{\"request\":0.004999} | b | a:above_max_price c:max_price_unknown",
        "{\"request\":0} | b | a:above_max_price c:max_price_unknown",
        "{\"prompt\":4,\"completion\":14} | `` | a:above_max_price b:above_max_price"
            + " c:max_price_unknown",
        "{\"image\":100} | `` | a:max_price_unknown b:max_price_unknown c:max_price_unknown",
        "{\"prompt\":1e999999999} | a b | c:max_price_unknown",
        "{\"prompt\":1e-999999999} | `` | a:above_max_price b:above_max_price c:max_price_unknown",
      })
  void asksNobodyWhoIsNotKnownToCostAsLittleAsIsWished(String most, String asked, String dear) {
    var wanted = wanted("{\"max_price\":%s}".formatted(most));

    assertThat(names(wanted)).isEqualTo(asked);
    assertThat(wanted.dear().stream().map(WishesTest::told).collect(Collectors.joining(" ")))
        .isEqualTo(dear);
  }

  private static String told(Dear one) {
    return one.deployment().provider().name() + ":" + one.why();
  }

  @Test
  void leavesItToOpenRouterWhatItCosts() {
    deployment("or", "");

    var wanted = wanted("{\"max_price\":{\"prompt\":0,\"image\":0},\"sort\":\"price\"}");

    assertThat(names(wanted)).isEqualTo("or");
  }

  /** It is not told what the alias says, and could not heed it. */
  @Test
  void holdsOpenRouterToThePriceOfTheAliasAsAllOthers() {
    deployment("or", "");
    testing.add("ModelAlias", "wished", "{\"maxPrice\":{\"inputUsdPerMillion\":\"5\"}}");

    assertThat(names(wanted("{}"))).isEqualTo("a b");
    assertThat(wanted("{}").dear())
        .extracting(WishesTest::told)
        .containsExactly("c:alias_max_price_unknown", "or:alias_max_price_unknown");

    deployment("or", price("5.00", "5.00", ""));
    assertThat(names(wanted("{\"max_price\":{\"prompt\":0}}"))).isEqualTo("or");
  }

  @Test
  void asksTheQuickestFirstWhereTheAliasSaysSo() {
    testing.add("ModelAlias", "wished", "{\"sort\":\"latency\"}");
    speeds.answered("w-a", 900 * MILLION, 0);
    speeds.answered("w-b", 100 * MILLION, 0);
    speeds.answered("w-c", 500 * MILLION, 0);

    assertThat(names(wanted("{}"))).isEqualTo("b c a");
    assertThat(names(wanted("{\"only\":[\"a\",\"c\"]}"))).isEqualTo("c a");
    assertThat(names(wanted("{\"order\":[\"a\"]}"))).isEqualTo("a b c");
  }

  @Test
  void takesThePriceThatHoldsNowAndForTheServiceTierAskedFor() {
    deployment(
        "b",
        "w-b-2",
        price(
            "1.00", "1.00", ",\"serviceTiers\":{\"priority\":{\"inputUsdPerMillion\":\"9.00\"}}"));

    assertThat(names(wanted("{\"max_price\":{\"prompt\":2}}"))).isEqualTo("b");
    assertThat(names(wanted(tiered("priority", "{\"max_price\":{\"prompt\":2}}")))).isEmpty();
    assertThat(names(wanted(tiered("priority", "{\"max_price\":{\"prompt\":9}}")))).isEqualTo("b");
    assertThat(wanted(tiered("priority", "{\"max_price\":{\"prompt\":9}}")).dear())
        .extracting(Dear::why)
        .containsOnly(PriceWish.UNKNOWN);
  }

  @Test
  void asksTheQuickestFirstAndTriesThoseOfWhomNothingIsKnown() {
    speeds.streamed("w-a", 900 * MILLION, 900 * MILLION, 0);
    speeds.streamed("w-b", 100 * MILLION, 100 * MILLION, 0);

    assertThat(names(wanted(streamed("{\"sort\":\"latency\"}")))).isEqualTo("c b a");
    assertThat(names(wanted("{\"sort\":\"latency\"}"))).isEqualTo("a b c");

    speeds.streamed("w-c", 300 * MILLION, 300 * MILLION, 0);
    assertThat(names(wanted(streamed("{\"sort\":\"latency\"}")))).isEqualTo("b c a");

    speeds.answered("w-a", 1_000 * MILLION, 0);
    speeds.answered("w-b", 3_000 * MILLION, 0);
    speeds.answered("w-c", 2_000 * MILLION, 0);
    assertThat(names(wanted("{\"sort\":\"latency\"}"))).isEqualTo("a c b");
  }

  @Test
  void asksThoseThatWriteMostFirstAndTriesThoseOfWhomNothingIsKnown() {
    speeds.streamed("w-a", 0, 1_000 * MILLION, 20);
    speeds.answered("w-b", 1_000 * MILLION, 200);
    speeds.streamed("w-c", 0, 1_000 * MILLION, 0);

    assertThat(names(wanted("{\"sort\":\"throughput\"}"))).isEqualTo("c b a");

    speeds.streamed("w-c", 0, 500 * MILLION, 50);
    assertThat(names(wanted("{\"sort\":{\"by\":\"throughput\"}}"))).isEqualTo("b c a");
  }

  /** One that does not answer is not asked first by everybody. */
  @Test
  void triesOneOfWhomNothingIsKnownOnceAMinute() {
    speeds.answered("w-a", 900 * MILLION, 0);
    speeds.answered("w-b", 100 * MILLION, 0);

    assertThat(names(wanted("{\"sort\":\"latency\"}"))).isEqualTo("c b a");
    assertThat(names(wanted("{\"sort\":\"latency\"}"))).isEqualTo("b a c");

    clock.advance(Duration.ofMinutes(1));
    assertThat(names(wanted("{\"sort\":\"latency\"}"))).isEqualTo("c b a");
  }

  @Test
  void triesNoneThatIsToBeAskedOnlyWhenNoOtherAnswers() {
    deployment("c", ",\"weight\":0");
    speeds.answered("w-a", 900 * MILLION, 0);
    speeds.answered("w-b", 100 * MILLION, 0);

    assertThat(names(wanted("{\"sort\":\"latency\"}"))).isEqualTo("b a c");
  }

  @Test
  void forgetsHowQuickSomebodyWasFiveMinutesAgo() {
    speeds.streamed("w-a", 0, 1_000 * MILLION, 20);
    assertThat(names(wanted("{\"sort\":\"throughput\"}"))).isEqualTo("b a c");

    clock.advance(Duration.ofMinutes(5));
    assertThat(names(wanted("{\"sort\":\"throughput\"}"))).isEqualTo("a b c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"preferred_max_latency\":0.5} | b c a | preferred_max_latency",
        "{\"preferred_max_latency\":2} | a b c | preferred_max_latency",
        "{\"preferred_max_latency\":{\"p50\":2,\"p90\":3}} | b c a | preferred_max_latency",
        "{\"preferred_max_latency\":{\"p50\":2,\"p90\":9}} | a b c | preferred_max_latency",
        "{\"preferred_max_latency\":{\"p99\":null}} | a b c | ``",
        "{\"preferred_min_throughput\":50} | a c b | preferred_min_throughput",
        "{\"preferred_min_throughput\":{\"p50\":10}} | a b c | preferred_min_throughput",
        "{\"preferred_min_throughput\":{\"p75\":50,\"p99\":50}} | c a b | preferred_min_throughput",
        "{\"preferred_min_throughput\":50,\"sort\":\"price\"} | a c b | preferred_min_throughput"
            + " price",
        "{\"preferred_max_latency\":0.5,\"order\":[\"a\"]} | a b c | order preferred_max_latency",
        "{\"preferred_max_latency\":0.5,\"only\":[\"a\"]} | a | ``",
      })
  void asksThoseLastThatAreSlowerThanIsPreferred(String provider, String asked, String orderedBy) {
    for (int i = 0; i < 10; i++) {
      long begun = (i < 8 ? 1_000 : 8_000) * MILLION;
      speeds.streamed("w-a", begun, 1_000 * MILLION, i < 5 ? 20 : 200);
      speeds.streamed("w-b", 100 * MILLION, 1_000 * MILLION, 20);
    }

    var wanted = wanted(streamed(provider));

    assertThat(names(wanted)).isEqualTo(asked);
    assertThat(String.join(" ", wanted.orderedBy())).isEqualTo(orderedBy);
  }

  private Wanted wanted(String provider) {
    return wanted(tiered("auto", provider));
  }

  private Wanted wanted(ObjectNode chat) {
    var tier = Optional.of(chat.path("service_tier").asText());
    return new Wishes(ChatRequest.of(chat), new Moment(clock.instant(), tier, speeds))
        .among(testing.catalog.deployments("wished"), testing.catalog.models().alias("wished"));
  }

  private static ObjectNode tiered(String serviceTier, String provider) {
    var chat = TestingProxy.chat("wished").put("service_tier", serviceTier);
    chat.set("provider", Wire.object(provider));
    return chat;
  }

  private static ObjectNode streamed(String provider) {
    return tiered("auto", provider).put("stream", true);
  }

  private static String names(Wanted wanted) {
    return wanted.deployments().stream()
        .map(Deployment::provider)
        .map(one -> one.name())
        .collect(Collectors.joining(" "));
  }

  private void deployment(String provider, String price) {
    deployment(provider, "w-" + provider, price);
  }

  private void deployment(String provider, String name, String price) {
    testing.add(
        "Deployment",
        name,
        "{\"alias\":\"wished\",\"provider\":\"%s\",\"upstreamModel\":\"m\",\"model\":\"m\"%s}"
            .formatted(provider, price));
  }

  private static String price(String in, String out, String more) {
    return ",\"price\":{\"inputUsdPerMillion\":\"%s\",\"outputUsdPerMillion\":\"%s\"%s}"
        .formatted(in, out, more);
  }
}
