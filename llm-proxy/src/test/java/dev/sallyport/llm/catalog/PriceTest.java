package dev.sallyport.llm.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.testing.Wire;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R4: prices by unit, tier and date, in exact integers. */
final class PriceTest {
  private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
  private static final Optional<String> NO_TIER = Optional.empty();
  private static final String FULL =
      """
      'price':{'inputUsdPerMillion':'3','outputUsdPerMillion':'15','cachedInputUsdPerMillion':'0.30',
       'cacheWriteUsdPerMillion':'3.75','cacheWrite1hUsdPerMillion':'6','audioInputUsdPerMillion':'40',
       'audioOutputUsdPerMillion':'80','imageInputUsdPerMillion':'5','imageOutputUsdPerMillion':'30',
       'reasoningUsdPerMillion':'16','perRequestUsd':'0.01',
       'above':[{'inputTokens':200000,'inputUsdPerMillion':'6','outputUsdPerMillion':'22.50'}],
       'serviceTiers':{'flex':{'inputUsdPerMillion':'1.50','outputUsdPerMillion':'7.50'},
        'priority':{'inputUsdPerMillion':'6','outputUsdPerMillion':'30',
         'above':[{'inputTokens':200000,'inputUsdPerMillion':'12'}]}}}
      """;

  @ParameterizedTest
  @CsvSource({
    "FRESH_IN, 0.010003",
    "CACHE_READ, 0.0100003",
    "CACHE_WRITE_5M, 0.01000375",
    "CACHE_WRITE_1H, 0.010006",
    "AUDIO_IN, 0.01004",
    "IMAGE_IN, 0.010005",
    "TEXT_OUT, 0.010015",
    "REASONING_OUT, 0.010016",
    "AUDIO_OUT, 0.01008",
    "IMAGE_OUT, 0.01003",
  })
  void pricesEachUnitByItselfAndExactly(Unit unit, String usd) throws Exception {
    var tariff = price(FULL).at(NOW).orElseThrow();
    assertThat(tariff.cost(Usage.NONE.plus(unit, 1), NO_TIER).usd())
        .isEqualByComparingTo(new BigDecimal(usd));
  }

  @ParameterizedTest
  @CsvSource({
    "FRESH_IN,3", "CACHE_READ,3", "CACHE_WRITE_5M,3", "CACHE_WRITE_1H,3", "AUDIO_IN,3",
    "IMAGE_IN,3", "TEXT_OUT,15", "REASONING_OUT,15", "AUDIO_OUT,15", "IMAGE_OUT,15",
  })
  void pricesAsInputOrOutputWhatHasNoPriceOfItsOwn(Unit unit, long micros) throws Exception {
    var tariff =
        price("'price':{'inputUsdPerMillion':'3','outputUsdPerMillion':'15'}")
            .at(NOW)
            .orElseThrow();
    assertThat(tariff.cost(Usage.NONE.plus(unit, 1), NO_TIER).microUsd()).isEqualTo(micros);
  }

  /** litellm #40002: the whole call is at the price of its tier, whatever units its input is of. */
  @ParameterizedTest
  @CsvSource({
    "200000, 0, '', 0.61",
    "200001, 0, '', 1.210006",
    "1, 200000, '', 0.070006",
    "0, 200000, '', 0.07",
    "200000, 0, flex, 0.31",
    "300000, 0, flex, 0.46",
    "200000, 0, priority, 1.21",
    "200001, 0, priority, 2.410012",
    "200000, 0, default, 0.61",
  })
  void pricesTheWholeCallByItsLengthAndItsServiceTier(
      long fresh, long cached, String tier, String usd) throws Exception {
    var usage = Usage.NONE.plus(Unit.FRESH_IN, fresh).plus(Unit.CACHE_READ, cached);
    var asked = Optional.of(tier).filter(one -> !one.isEmpty());
    assertThat(price(FULL).at(NOW, asked).orElseThrow().cost(usage, asked).usd())
        .isEqualByComparingTo(new BigDecimal(usd));
  }

  @ParameterizedTest
  @CsvSource({
    "2025-12-31T23:59:59.999Z, -1",
    "2026-01-01T00:00:00Z, 3",
    "2026-06-30T07:59:59Z, 3",
    "2026-06-30T08:00:00Z, 2",
  })
  void takesThePriceThatWasInForceWhenTheCallBegan(String start, long micros) throws Exception {
    var price =
        price(
            "'prices':[{'from':'2026-06-30T08:00:00Z','inputUsdPerMillion':'2',"
                + "'outputUsdPerMillion':'1'},"
                + "{'from':'2026-01-01','inputUsdPerMillion':'3','outputUsdPerMillion':'1'}]");
    var cost =
        price
            .at(Instant.parse(start))
            .map(tariff -> tariff.cost(Usage.NONE.plus(Unit.FRESH_IN, 1), NO_TIER).microUsd());
    assertThat(cost.orElse(-1L)).isEqualTo(micros);
  }

  @Test
  void namesAVersionBySaysAndNotByHowItIsWritten() throws Exception {
    var one = version("'inputUsdPerMillion':'3','outputUsdPerMillion':'15'");
    assertThat(one).matches("[0-9a-f]{12}");
    assertThat(version("'outputUsdPerMillion':'15.000','inputUsdPerMillion':'3.00'"))
        .isEqualTo(one);
    for (var other :
        List.of(
            "'inputUsdPerMillion':'3','outputUsdPerMillion':'15.01'",
            "'inputUsdPerMillion':'3','outputUsdPerMillion':'15','perRequestUsd':'0.01'",
            "'inputUsdPerMillion':'3','outputUsdPerMillion':'15',"
                + "'above':[{'inputTokens':1,'inputUsdPerMillion':'3'}]",
            "'inputUsdPerMillion':'3','outputUsdPerMillion':'15','serviceTiers':{'flex':{}}")) {
      assertThat(version(other)).as(other).isNotEqualTo(one);
    }
  }

  @Test
  void doesNotKnowWhatAServiceTierCostsThatIsNotThere() throws Exception {
    var plain = price("'price':{'inputUsdPerMillion':'3','outputUsdPerMillion':'15'}");
    assertThat(plain.at(NOW, Optional.of("priority"))).isEmpty();
    assertThat(plain.at(NOW, Optional.of("auto"))).isPresent();
    assertThat(plain.at(NOW, Optional.of("flex"))).isPresent();
    assertThat(price(FULL).at(NOW, Optional.of("priority"))).isPresent();
    assertThat(price("'priority':0").at(NOW)).isEmpty();
  }

  @Test
  void neverCostsMoreThanTheMostNorLessThanNothing() throws Exception {
    var random = new Random(7);
    var tariff = price(FULL).at(NOW).orElseThrow();
    for (int i = 0; i < 5_000; i++) {
      var usage = Usage.NONE;
      for (var unit : Unit.values()) {
        usage = usage.plus(unit, random.nextLong(-10, 100_000));
      }
      for (var tier : List.of("default", "flex", "priority")) {
        var cost = tariff.cost(usage, Optional.of(tier));
        assertThat(cost.picoUsd()).isBetween(0L, tariff.most(usage.in(), usage.out()).picoUsd());
      }
    }
  }

  @Test
  void neverOverflows() throws Exception {
    var tariff =
        price("'price':{'inputUsdPerMillion':'9999.999999','outputUsdPerMillion':'9999.999999'}")
            .at(NOW)
            .orElseThrow();
    var usage = Usage.NONE;
    for (var unit : Unit.values()) {
      usage = usage.plus(unit, Long.MAX_VALUE);
    }
    assertThat(tariff.cost(usage, NO_TIER).picoUsd()).isEqualTo(Cost.MOST);
    assertThat(tariff.most(Long.MAX_VALUE, Long.MAX_VALUE).picoUsd()).isEqualTo(Cost.MOST);
    assertThat(Cost.of(-1, 5)).isEqualTo(Cost.NONE);
    assertThat(Cost.of(1, 0)).isEqualTo(Cost.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 0.000000000001, 1",
    "999999, 0.000000999999, 1",
    "1000000, 0.000001, 1",
    "1000001, 0.000001000001, 2",
    "5000000000000, 5, 5000000",
    "100000000000000, 100, 100000000",
  })
  void roundsUpOnceAndTellsTheExactAmount(long pico, String usd, long micros) {
    assertThat(new Cost(pico).usd().toPlainString()).isEqualTo(usd);
    assertThat(new Cost(pico).microUsd()).isEqualTo(micros);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'price':{'inputUsdPerMillion':'1'}|a price has",
        "'price':{'from':'2026-01-01',IO}|each of prices has from",
        "'prices':[{IO}]|each of prices has from",
        "'prices':[{'from':'yesterday',IO}]|from is a date",
        "'prices':[{'from':'2026-01-01',IO},{'from':'2026-01-01T00:00:00Z',IO}]|two of prices",
        "'price':{IO},'prices':[]|price or prices",
        "'price':{IO,'inputTokens':5}|inputTokens is for those in above",
        "'price':{IO,'above':[{'inputUsdPerMillion':'1'}]}|each of above has inputTokens",
        "'price':{IO,'above':[{'inputTokens':0}]}|each of above has inputTokens",
        "'price':{IO,'above':[{'inputTokens':5},{'inputTokens':5}]}|the same inputTokens",
        "'price':{IO,'above':[{'inputTokens':5,'from':'2026-01-01'}]}|nothing else",
        "'price':{IO,'serviceTiers':{'Flex':{}}}|a service tier is",
        "'price':{IO,'serviceTiers':{'flex':{'inputTokens':5}}}|nothing else",
        "'price':{IO,'perRequestUsd':'-1'}|perRequestUsd is",
        "'price':{IO,'hostedToolUsdPerCall':{'web_search_20250305':'1'}}|names tools without",
        "'price':{IO,'hostedToolUsdPerCall':{'Web':'1'}}|names tools without",
        "'price':{IO,'hostedToolUsdPerCall':{'web_search':'-1'}}|hostedToolUsdPerCall is",
        "'price':{IO,'reasoningUsdPerMillion':'1,5'}|reasoningUsdPerMillion is",
        "'price':{IO,'batchUsdPerMillion':'1'}|batchUsdPerMillion",
      })
  void refusesAPriceThatDoesNotHoldTogether(String price, String problem) {
    var written = price.replace("IO", "'inputUsdPerMillion':'1','outputUsdPerMillion':'1'");
    assertThatThrownBy(() -> price(written))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void takesTheCeilingOfTheProviderWhereAPriceIsNotKnown() throws Exception {
    var unknown = price("'priority':0", ",'unknownPriceUsdPerMillion':'100'").at(NOW).orElseThrow();
    assertThat(unknown.isCeiling()).isTrue();
    assertThat(unknown.cost(Usage.NONE.plus(Unit.TEXT_OUT, 1), Optional.of("x")).microUsd())
        .isEqualTo(100);
    var known = price(FULL, ",'unknownPriceUsdPerMillion':'100'");
    assertThat(known.at(NOW).orElseThrow().isCeiling()).isFalse();
    assertThat(known.at(NOW, Optional.of("scale")).orElseThrow().isCeiling()).isTrue();
  }

  /** What a tier or a step leaves out of the fees is as in the price that it is of. */
  @Test
  void pricesCallsOfToolsByNameAndTier() throws Exception {
    var tariff =
        price(
                "'price':{'inputUsdPerMillion':'0','outputUsdPerMillion':'0',"
                    + "'hostedToolUsdPerCall':{'web_search':'0.01','mcp':'0'},"
                    + "'above':[{'inputTokens':5,'hostedToolUsdPerCall':{'web_search':'0.03'}}],"
                    + "'serviceTiers':{'fast':{'hostedToolUsdPerCall':{'web_search':'0.02'}}}}")
            .at(NOW)
            .orElseThrow();
    var usage = Usage.NONE.plusCalls("web_search", 2).plusCalls("mcp", 7);
    assertThat(tariff.cost(usage, NO_TIER).microUsd()).isEqualTo(20_000);
    assertThat(tariff.cost(usage, Optional.of("fast")).microUsd()).isEqualTo(40_000);
    assertThat(tariff.cost(usage.plus(Unit.FRESH_IN, 6), NO_TIER).microUsd()).isEqualTo(60_000);
    assertThat(tariff.mostOfCalls(List.of("mcp", "web_search"), 3).microUsd()).isEqualTo(90_000);
    assertThat(tariff.knows(List.of("mcp", "web_search"))).isTrue();
    assertThat(tariff.knows(List.of("web_fetch"))).isFalse();
  }

  private static String version(String price) throws Exception {
    return price("'price':{" + price + "}").at(NOW).orElseThrow().version();
  }

  private static Price price(String written) throws InvalidResourcesException {
    return price(written, "");
  }

  private static Price price(String written, String ofProvider) throws InvalidResourcesException {
    var catalog = new Catalog();
    catalog
        .prepare(
            new ResourceSet(
                List.of(
                    resource("Provider", "{'protocol':'openai'" + ofProvider + "}"),
                    resource(
                        "Deployment",
                        "{'alias':'a','provider':'one','upstreamModel':'m'," + written + "}"))))
        .activate();
    return catalog.deployments("a").getFirst().price();
  }

  private static Resource resource(String kind, String spec) {
    return new Resource(
        Resource.API_VERSION, kind, "one", Map.of(), Wire.object(spec.replace('\'', '"')));
  }
}
