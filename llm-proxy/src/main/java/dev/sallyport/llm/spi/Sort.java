package dev.sallyport.llm.spi;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** By what the deployments of an alias are put in order. */
public enum Sort {
  /** The cheapest first. */
  PRICE,
  /** Whoever begins to answer soonest first. */
  LATENCY,
  /** Whoever writes most first. */
  THROUGHPUT;

  /** How it is written in requests and resources. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that is written so; empty if none is. */
  public static Optional<Sort> of(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }
}
