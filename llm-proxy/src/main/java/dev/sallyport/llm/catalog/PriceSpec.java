package dev.sallyport.llm.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.llm.spi.HostedTools;
import dev.sallyport.llm.spi.Usage.Unit;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A price in the spec of a {@code Deployment}, as written: as a whole, for long prompts, or for a
 * service tier. What the latter two leave out is as in the price that they are of.
 *
 * @param from of one of several prices: when it comes in force
 * @param inputTokens of one for long prompts: the input above which it holds
 */
record PriceSpec(
    @Nullable String from,
    @Nullable Long inputTokens,
    @Nullable String inputUsdPerMillion,
    @Nullable String outputUsdPerMillion,
    @Nullable String cachedInputUsdPerMillion,
    @Nullable String cacheWriteUsdPerMillion,
    @JsonProperty("cacheWrite1hUsdPerMillion") @Nullable String cacheWriteHourUsdPerMillion,
    @Nullable String audioInputUsdPerMillion,
    @Nullable String audioOutputUsdPerMillion,
    @Nullable String imageInputUsdPerMillion,
    @Nullable String imageOutputUsdPerMillion,
    @Nullable String reasoningUsdPerMillion,
    @Nullable String perRequestUsd,
    @Nullable Map<String, String> hostedToolUsdPerCall,
    @Nullable List<PriceSpec> above,
    @Nullable Map<String, PriceSpec> serviceTiers) {
  private static final long MAX_INPUT_TOKENS = 100_000_000;
  private static final int MAX_STEPS = 8;
  private static final Pattern SERVICE_TIER = Pattern.compile("[a-z0-9_-]{1,32}");
  private static final Pattern TOOL = Pattern.compile("[a-z0-9_]{1,32}");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,6})?");

  PriceSpec {
    check("inputUsdPerMillion", inputUsdPerMillion);
    check("outputUsdPerMillion", outputUsdPerMillion);
    check("cachedInputUsdPerMillion", cachedInputUsdPerMillion);
    check("cacheWriteUsdPerMillion", cacheWriteUsdPerMillion);
    check("cacheWrite1hUsdPerMillion", cacheWriteHourUsdPerMillion);
    check("audioInputUsdPerMillion", audioInputUsdPerMillion);
    check("audioOutputUsdPerMillion", audioOutputUsdPerMillion);
    check("imageInputUsdPerMillion", imageInputUsdPerMillion);
    check("imageOutputUsdPerMillion", imageOutputUsdPerMillion);
    check("reasoningUsdPerMillion", reasoningUsdPerMillion);
    checkUsd("perRequestUsd", perRequestUsd);
    hostedToolUsdPerCall =
        hostedToolUsdPerCall == null ? Map.of() : Map.copyOf(hostedToolUsdPerCall);
    hostedToolUsdPerCall.forEach(PriceSpec::checkFee);
    above = above == null ? List.of() : List.copyOf(above);
    serviceTiers = serviceTiers == null ? Map.of() : Map.copyOf(serviceTiers);
    if (above.size() > MAX_STEPS || serviceTiers.size() > MAX_STEPS) {
      throw new IllegalArgumentException("above and serviceTiers have at most " + MAX_STEPS);
    }
    var steps = new HashSet<Long>();
    for (var step : above) {
      if (!steps.add(step.checkedStep())) {
        throw new IllegalArgumentException("two of above have the same inputTokens");
      }
    }
    serviceTiers.forEach(PriceSpec::checkService);
  }

  private static void checkFee(String tool, String usd) {
    if (!TOOL.matcher(tool).matches() || !HostedTools.plain(tool).equals(tool)) {
      throw new IllegalArgumentException(
          "hostedToolUsdPerCall names tools without their versions, such as web_search: 1 to 32"
              + " of a-z 0-9 _");
    }
    checkUsd("hostedToolUsdPerCall", usd);
  }

  /**
   * Checks US dollars.
   *
   * @throws IllegalArgumentException if the text is no such amount
   */
  static void checkUsd(String field, @Nullable String usd) {
    if (usd != null && !DECIMAL.matcher(usd).matches()) {
      throw new IllegalArgumentException(
          field
              + " is US dollars in quotes, such as \"0.005\": at most four digits and six"
              + " decimals");
    }
  }

  private Map<String, String> fees(PriceSpec base) {
    var fees = new HashMap<>(base.hostedToolUsdPerCall());
    fees.putAll(hostedToolUsdPerCall());
    return fees;
  }

  @Override
  public Map<String, String> hostedToolUsdPerCall() {
    return hostedToolUsdPerCall == null ? Map.of() : hostedToolUsdPerCall;
  }

  /**
   * A price of one rate for every token.
   *
   * @param unknownCall what a call of a tool costs that the provider runs, in US dollars, if known
   */
  static Tariff ceiling(String usdPerMillion, Optional<String> unknownCall) {
    var rates = new EnumMap<Unit, Long>(Unit.class);
    for (var unit : Unit.values()) {
      rates.put(unit, parse(usdPerMillion));
    }
    return Tariff.ceiling(
        new Schedule(
            new Rates(rates, 0, Map.of(), unknownCall.map(PriceSpec::pico)), new TreeMap<>()));
  }

  /**
   * Checks US dollars a million tokens.
   *
   * @throws IllegalArgumentException if the text is not such a price; its message says how to mend
   *     it
   */
  static void check(String field, @Nullable String usdPerMillion) {
    if (usdPerMillion != null && !DECIMAL.matcher(usdPerMillion).matches()) {
      throw new IllegalArgumentException(
          field
              + " is US dollars a million tokens in quotes, such as \"3.00\": at most four digits"
              + " and six decimals");
    }
  }

  /** Checks that this stands by itself. */
  void checkWhole(boolean oneOfSeveral) {
    if (inputUsdPerMillion == null || outputUsdPerMillion == null) {
      throw new IllegalArgumentException(
          "a price has inputUsdPerMillion and outputUsdPerMillion, such as \"3.00\"");
    }
    if (inputTokens != null) {
      throw new IllegalArgumentException("inputTokens is for those in above only");
    }
    if ((from != null) != oneOfSeveral) {
      throw new IllegalArgumentException(
          "each of prices has from, such as \"2026-01-01\", and price has none");
    }
    var _ = start();
  }

  /** The input above which this holds. */
  private long checkedStep() {
    long tokens = inputTokens == null ? 0 : inputTokens;
    if (tokens < 1 || tokens > MAX_INPUT_TOKENS) {
      throw new IllegalArgumentException(
          "each of above has inputTokens, 1 to %d".formatted(MAX_INPUT_TOKENS));
    }
    if (from != null || !above().isEmpty() || !serviceTiers().isEmpty()) {
      throw new IllegalArgumentException("each of above has inputTokens and prices, nothing else");
    }
    return tokens;
  }

  private static void checkService(String name, PriceSpec service) {
    if (!SERVICE_TIER.matcher(name).matches()) {
      throw new IllegalArgumentException("a service tier is 1 to 32 of a-z 0-9 _ -");
    }
    if (service.from != null || service.inputTokens != null || !service.serviceTiers().isEmpty()) {
      throw new IllegalArgumentException("each of serviceTiers has prices and above, nothing else");
    }
  }

  /** When it comes in force: a moment, or the beginning of a UTC day. */
  Instant start() {
    var text = from;
    if (text == null) {
      return Instant.MIN;
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException _) {
      throw new IllegalArgumentException(
          "from is a date such as \"2026-01-01\", or a moment such as \"2026-01-01T08:00:00Z\"");
    }
  }

  /**
   * The tariff.
   *
   * @param unknownCall what a call of a tool without a price is taken to cost, in US dollars
   */
  Tariff tariff(Optional<String> unknownCall) {
    var services = new TreeMap<String, Schedule>();
    serviceTiers()
        .forEach(
            (name, one) -> services.put(name, one.over(this).schedule(one.above(), unknownCall)));
    return Tariff.of(schedule(above(), unknownCall), services);
  }

  @Override
  public List<PriceSpec> above() {
    return above == null ? List.of() : above;
  }

  @Override
  public Map<String, PriceSpec> serviceTiers() {
    return serviceTiers == null ? Map.of() : serviceTiers;
  }

  private Schedule schedule(List<PriceSpec> steps, Optional<String> unknownCall) {
    var rates = new TreeMap<Long, Rates>();
    for (var step : steps) {
      rates.put(step.checkedStep(), step.over(this).rates(unknownCall));
    }
    return new Schedule(rates(unknownCall), rates);
  }

  /** This, with what it leaves out as in another. */
  private PriceSpec over(PriceSpec base) {
    return new PriceSpec(
        null,
        null,
        or(inputUsdPerMillion, base.inputUsdPerMillion),
        or(outputUsdPerMillion, base.outputUsdPerMillion),
        or(cachedInputUsdPerMillion, base.cachedInputUsdPerMillion),
        or(cacheWriteUsdPerMillion, base.cacheWriteUsdPerMillion),
        or(cacheWriteHourUsdPerMillion, base.cacheWriteHourUsdPerMillion),
        or(audioInputUsdPerMillion, base.audioInputUsdPerMillion),
        or(audioOutputUsdPerMillion, base.audioOutputUsdPerMillion),
        or(imageInputUsdPerMillion, base.imageInputUsdPerMillion),
        or(imageOutputUsdPerMillion, base.imageOutputUsdPerMillion),
        or(reasoningUsdPerMillion, base.reasoningUsdPerMillion),
        or(perRequestUsd, base.perRequestUsd),
        fees(base),
        List.of(),
        Map.of());
  }

  private Rates rates(Optional<String> unknownCall) {
    var in = parse(String.valueOf(inputUsdPerMillion));
    var out = parse(String.valueOf(outputUsdPerMillion));
    var rates = new EnumMap<Unit, Long>(Unit.class);
    for (var unit : Unit.values()) {
      var written =
          switch (unit) {
            case FRESH_IN -> inputUsdPerMillion;
            case CACHE_READ -> cachedInputUsdPerMillion;
            case CACHE_WRITE_5M -> cacheWriteUsdPerMillion;
            case CACHE_WRITE_1H -> or(cacheWriteHourUsdPerMillion, cacheWriteUsdPerMillion);
            case AUDIO_IN -> audioInputUsdPerMillion;
            case IMAGE_IN -> imageInputUsdPerMillion;
            case TEXT_OUT -> outputUsdPerMillion;
            case REASONING_OUT -> reasoningUsdPerMillion;
            case AUDIO_OUT -> audioOutputUsdPerMillion;
            case IMAGE_OUT -> imageOutputUsdPerMillion;
          };
      rates.put(unit, written == null ? (unit.isIn() ? in : out) : parse(written));
    }
    var fees = new HashMap<String, Long>();
    hostedToolUsdPerCall().forEach((tool, usd) -> fees.put(tool, pico(usd)));
    return new Rates(
        rates,
        perRequestUsd == null ? 0 : pico(perRequestUsd),
        fees,
        unknownCall.map(PriceSpec::pico));
  }

  private static long pico(String usd) {
    return new BigDecimal(usd).movePointRight(12).longValueExact();
  }

  private static long parse(String usdPerMillion) {
    return new BigDecimal(usdPerMillion).movePointRight(6).longValueExact();
  }

  private static @Nullable String or(@Nullable String one, @Nullable String other) {
    return one == null ? other : one;
  }
}
