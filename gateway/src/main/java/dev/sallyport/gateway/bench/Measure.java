package dev.sallyport.gateway.bench;

import java.util.Arrays;

/** One number of a benchmark over its rounds. */
record Measure(double median, double lowest, double highest) {

  /** Of at least one value. */
  static Measure of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a measure has at least one value");
    }
    var sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Measure(median, sorted[0], sorted[sorted.length - 1]);
  }
}
