package dev.sallyport.llm.http;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.catalog.Rates;
import dev.sallyport.llm.spi.Usage.Unit;
import io.helidon.common.uri.UriQuery;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which models a client asks for, as OpenRouter's and Anthropic's lists are asked. A filter by what
 * is not known of any model here, such as its region or its age, finds none. Source: OpenRouter,
 * "List all models and their properties"; Anthropic, "List Models".
 */
final class ModelQuery {
  private static final int MOST = 1_000;
  private static final String OFFSET = "offset";
  private static final String LIMIT = "limit";
  private static final Set<String> MODALITIES = Set.of("text");

  private static final Set<String> NOT_KNOWN =
      Set.of(
          "category",
          "context",
          "arch",
          "providers",
          "distillable",
          "zdr",
          "region",
          "min_age_days",
          "max_age_days",
          "min_intelligence_index",
          "max_intelligence_index",
          "min_coding_index",
          "max_coding_index",
          "min_agentic_index",
          "max_agentic_index",
          "min_tool_success_rate",
          "max_tool_success_rate");

  private final UriQuery query;
  private final Function<String, Optional<Rates>> rates;

  /**
   * A query.
   *
   * @param rates what an alias costs, if that is known
   */
  ModelQuery(UriQuery query, Function<String, Optional<Rates>> rates) {
    this.query = query;
    this.rates = rates;
  }

  /**
   * The page of OpenRouter's list; all models where neither offset nor limit is given.
   *
   * @param aliases sorted
   * @param supported the parameters that every model takes
   * @throws Refusal with MALFORMED_REQUEST if a number is none, or out of bounds
   */
  ModelPage ofOpenRouter(List<String> aliases, Set<String> supported) {
    var found = new ArrayList<>(found(aliases, supported));
    sort(found);
    int from = Math.min(found.size(), count(OFFSET, 0, 0, Integer.MAX_VALUE));
    int most = count(LIMIT, value(OFFSET).isEmpty() ? found.size() : MOST, 1, MOST);
    int to = (int) Math.min(found.size(), (long) from + most);
    var next = to < found.size() ? Optional.of(next(to, most)) : Optional.<String>empty();
    return new ModelPage(found.subList(from, to), found.size(), next);
  }

  /**
   * The page of Anthropic's list; all models where no limit is given.
   *
   * @param aliases sorted
   */
  ModelPage ofAnthropic(List<String> aliases) {
    var before = value("before_id");
    var after = value("after_id");
    var found =
        aliases.stream()
            .filter(alias -> after.map(id -> alias.compareTo(id) > 0).orElse(true))
            .filter(alias -> before.map(id -> alias.compareTo(id) < 0).orElse(true))
            .toList();
    int most = Math.min(found.size(), count(LIMIT, found.size(), 1, MOST));
    boolean fromEnd = before.isPresent() && after.isEmpty();
    var page = fromEnd ? found.subList(found.size() - most, found.size()) : found.subList(0, most);
    return new ModelPage(
        page,
        found.size(),
        Optional.of(most).filter(n -> n < found.size()).map(_ -> page.getLast()));
  }

  private List<String> found(List<String> aliases, Set<String> supported) {
    boolean none =
        NOT_KNOWN.stream().anyMatch(name -> value(name).isPresent())
            || !supported.containsAll(words("supported_parameters"))
            || !MODALITIES.containsAll(words("input_modalities"))
            || !written(words("output_modalities"));
    return none ? List.of() : aliases.stream().filter(this::isFound).toList();
  }

  private static boolean written(List<String> modalities) {
    return modalities.isEmpty()
        || modalities.contains("all")
        || modalities.stream().anyMatch(MODALITIES::contains);
  }

  private boolean isFound(String alias) {
    var lower = alias.toLowerCase(Locale.ROOT);
    var authors = words("model_authors");
    int slash = alias.indexOf('/');
    return value("q").map(text -> lower.contains(text.toLowerCase(Locale.ROOT))).orElse(true)
        && (authors.isEmpty() || (slash > 0 && authors.contains(lower.substring(0, slash))))
        && isWithin(alias, Unit.FRESH_IN, "min_price", "max_price")
        && isWithin(alias, Unit.TEXT_OUT, "min_output_price", "max_output_price");
  }

  /** Whether what a million tokens cost is between two bounds, in US dollars. */
  private boolean isWithin(String alias, Unit unit, String least, String most) {
    var from = usd(least);
    var to = usd(most);
    if (from.isEmpty() && to.isEmpty()) {
      return true;
    }
    return rates
        .apply(alias)
        .map(known -> BigDecimal.valueOf(known.of(unit), 6))
        .filter(price -> from.map(bound -> price.compareTo(bound) >= 0).orElse(true))
        .filter(price -> to.map(bound -> price.compareTo(bound) <= 0).orElse(true))
        .isPresent();
  }

  /** By price; nothing is known by which the other orders would differ from that by name. */
  private void sort(List<String> found) {
    var order = value("sort").orElse("");
    if (order.equals("pricing-low-to-high") || order.equals("pricing-high-to-low")) {
      Comparator<Long> prices =
          order.equals("pricing-low-to-high")
              ? Comparator.naturalOrder()
              : Comparator.reverseOrder();
      found.sort(
          Comparator.comparing(
              alias -> rates.apply(alias).map(one -> one.of(Unit.FRESH_IN) + one.of(Unit.TEXT_OUT)),
              Comparator.comparing(price -> price.orElse(null), Comparator.nullsLast(prices))));
    }
  }

  /** The same query from further on. */
  private String next(int offset, int limit) {
    var path = new StringBuilder("/api/v1/models?offset=" + offset + "&limit=" + limit);
    for (var name : query.names().stream().sorted().toList()) {
      if (!name.equals(OFFSET) && !name.equals(LIMIT)) {
        value(name)
            .ifPresent(
                text -> path.append('&').append(coded(name)).append('=').append(coded(text)));
      }
    }
    return path.toString();
  }

  private static String coded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private List<String> words(String name) {
    return value(name).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(word -> word.strip().toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private Optional<String> value(String name) {
    return query.contains(name)
        ? Optional.of(query.get(name)).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  private int count(String name, int usual, int least, int most) {
    var said = value(name);
    if (said.isEmpty()) {
      return usual;
    }
    if (!said.get().matches("[0-9]{1,9}")
        || Integer.parseInt(said.get()) < least
        || Integer.parseInt(said.get()) > most) {
      throw malformed(
          most == Integer.MAX_VALUE
              ? "\"%s\" must be a whole number.".formatted(name)
              : "\"%s\" must be a whole number from %d to %d.".formatted(name, least, most));
    }
    return Integer.parseInt(said.get());
  }

  private Optional<BigDecimal> usd(String name) {
    var said = value(name);
    if (said.isPresent() && !said.get().matches("[0-9]{1,9}(\\.[0-9]{1,12})?")) {
      throw malformed("\"%s\" must be US dollars a million tokens.".formatted(name));
    }
    return said.map(BigDecimal::new);
  }

  private static Refusal malformed(String advice) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, advice);
  }
}
