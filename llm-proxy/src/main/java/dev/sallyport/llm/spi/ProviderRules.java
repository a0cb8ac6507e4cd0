package dev.sallyport.llm.spi;

import static dev.sallyport.llm.spi.RequestRules.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a request may say of prices and speeds in {@code provider}. Source: OpenRouter, "Provider
 * Routing".
 */
final class ProviderRules {
  private static final Set<String> PARTITIONS = Set.of("model", "none");
  private static final Set<String> PERCENTILES = Set.of("p50", "p75", "p90", "p99");
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,12})?");

  private static final String A_SORT =
      "\"price\", \"latency\" or \"throughput\", or an object with one of them as \"by\" and"
          + " \"model\" or \"none\" as \"partition\"";
  private static final String PRICES =
      "an object of US dollars, each a number that is not negative or a text such as \"0.50\"";
  private static final String A_SPEED =
      "a number that is not negative, or an object of such as \"p50\", \"p75\", \"p90\" or \"p99\"";

  private ProviderRules() {}

  static void check(JsonNode provider) {
    require("provider/sort", provider.path("sort"), ProviderRules::isSort, A_SORT);
    require("provider/max_price", provider.path("max_price"), ProviderRules::arePrices, PRICES);
    for (var name : List.of("preferred_max_latency", "preferred_min_throughput")) {
      require("provider/" + name, provider.path(name), ProviderRules::isSpeed, A_SPEED);
    }
  }

  private static boolean isSort(JsonNode sort) {
    return sort.isObject()
        ? isOneOf(ProviderRules::isSortName, sort.path("by"))
            && isOneOf(PARTITIONS::contains, sort.path("partition"))
        : sort.isTextual() && isSortName(sort.textValue());
  }

  private static boolean isSortName(String name) {
    return Sort.of(name).isPresent();
  }

  private static boolean isOneOf(Predicate<String> names, JsonNode said) {
    return said.isMissingNode()
        || said.isNull()
        || (said.isTextual() && names.test(said.textValue()));
  }

  private static boolean arePrices(JsonNode prices) {
    return prices.isObject()
        && prices
            .valueStream()
            .allMatch(one ->
                one.isNull()
                    || isNotNegative(one)
                    || (one.isTextual() && AMOUNT.matcher(one.textValue()).matches()));
  }

  private static boolean isSpeed(JsonNode speed) {
    return isNotNegative(speed)
        || (speed.isObject()
            && speed
                .propertyStream()
                .allMatch(one ->
                    PERCENTILES.contains(one.getKey())
                        && (one.getValue().isNull() || isNotNegative(one.getValue()))));
  }

  private static boolean isNotNegative(JsonNode said) {
    return said.isNumber() && said.decimalValue().signum() >= 0;
  }
}
