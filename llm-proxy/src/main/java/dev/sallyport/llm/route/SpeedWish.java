package dev.sallyport.llm.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.catalog.Deployment;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How quick a request would have those be that are asked first, by the {@code
 * preferred_max_latency} (seconds) and {@code preferred_min_throughput} (tokens a second) of its
 * {@code provider}: a number is of half of the calls, and an object names the percentages for which
 * it holds. Of whom nothing is known is taken to be quick enough. Source: OpenRouter, "Provider
 * Routing".
 */
final class SpeedWish {
  static final String LATENCY = "preferred_max_latency";
  static final String THROUGHPUT = "preferred_min_throughput";

  private static final int HALF = 50;

  /** Times are in milliseconds, and tokens in thousandths. */
  private static final int DECIMALS = 3;

  private final List<Bound> latencies;
  private final List<Bound> throughputs;
  private final Speeds speeds;
  private final boolean streamed;

  SpeedWish(JsonNode provider, Speeds speeds, boolean streamed) {
    this.latencies = bounds(provider.path(LATENCY));
    this.throughputs = bounds(provider.path(THROUGHPUT));
    this.speeds = speeds;
    this.streamed = streamed;
  }

  private static List<Bound> bounds(JsonNode said) {
    var bounds = new ArrayList<Bound>();
    if (said.isNumber()) {
      bounds.add(new Bound(HALF, said.decimalValue()));
    }
    for (var one : said.properties()) {
      if (one.getValue().isNumber()) {
        int percent = Integer.parseInt(one.getKey().substring(1)); // p50, p75, p90 or p99
        bounds.add(new Bound(percent, one.getValue().decimalValue()));
      }
    }
    return bounds;
  }

  /** The members that say something. */
  List<String> members() {
    var members = new ArrayList<String>();
    if (!latencies.isEmpty()) {
      members.add(LATENCY);
    }
    if (!throughputs.isEmpty()) {
      members.add(THROUGHPUT);
    }
    return members;
  }

  /** Whether a deployment was slower than is wished. */
  boolean isSlow(Deployment deployment) {
    for (var bound : latencies) {
      if (isBeyond(bound, speeds.millis(deployment.name(), streamed, bound.percent()), 1)) {
        return true;
      }
    }
    for (var bound : throughputs) {
      if (isBeyond(bound, speeds.milliTokens(deployment.name(), bound.percent()), -1)) {
        return true;
      }
    }
    return false;
  }

  /** Whether something is known, and lies on that side of a bound. */
  private static boolean isBeyond(Bound bound, OptionalLong seen, int side) {
    return seen.isPresent()
        && BigDecimal.valueOf(seen.getAsLong(), DECIMALS).compareTo(bound.value()) == side;
  }

  /** What so many percent of the calls are to keep to. */
  private record Bound(int percent, BigDecimal value) {}
}
