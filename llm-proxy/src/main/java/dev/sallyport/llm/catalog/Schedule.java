package dev.sallyport.llm.catalog;

import dev.sallyport.llm.spi.Usage;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rates that depend on how long the prompt is: the whole call is at the rates of the last step that
 * its input is above.
 *
 * @param above rates by the number of input tokens above which they hold
 */
record Schedule(Rates usual, NavigableMap<Long, Rates> above) {
  Schedule {
    above = Collections.unmodifiableNavigableMap(new TreeMap<>(above));
  }

  Cost cost(Usage usage) {
    var step = above.lowerEntry(usage.in());
    return (step == null ? usual : step.getValue()).cost(usage);
  }

  /** The most that up to so many tokens cost. */
  Cost most(long in, long out) {
    var most = usual.most(in, out);
    for (var rates : above.headMap(in, false).values()) {
      most = most.or(rates.most(in, out));
    }
    return most;
  }

  /** The most that a call of a tool costs that the provider runs; empty if that is not known. */
  Optional<Long> mostOfCall(String tool) {
    var most = usual.ofCall(tool);
    for (var rates : above.values()) {
      var other = rates.ofCall(tool);
      most = most.flatMap(one -> other.map(two -> Math.max(one, two)));
    }
    return most;
  }

  String canonical() {
    var text = new StringBuilder(usual.canonical());
    above.forEach((tokens, rates) ->
        text.append("; above ").append(tokens).append(": ").append(rates.canonical()));
    return text.toString();
  }
}
