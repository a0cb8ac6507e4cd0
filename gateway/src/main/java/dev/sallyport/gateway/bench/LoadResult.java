package dev.sallyport.gateway.bench;

import java.time.Duration;
import java.util.Optional;

/**
 * What became of some seconds of load.
 *
 * @param errors answers that were not what was asked for, and connections that broke
 * @param wrong the first answer that was not what was asked for
 */
record LoadResult(
    Duration took, long answers, long errors, Optional<String> wrong, Histogram latencies) {
  double perSecond() {
    return answers / (took.toNanos() / 1e9);
  }

  double micros(double share) {
    return latencies.quantile(share) / 1e3;
  }

  /** Counts while the load runs. For one thread. */
  static final class Tally {
    private final Histogram latencies = new Histogram();
    private long errors;
    private Optional<String> wrong = Optional.empty();

    void answered(long nanos, boolean good) {
      latencies.record(nanos);
      if (!good) {
        errors++;
      }
    }

    /** Keeps the first answer that was not what was asked for. */
    void wrong(String answer) {
      if (wrong.isEmpty()) {
        wrong = Optional.of(answer);
      }
    }

    void add(Tally other) {
      latencies.add(other.latencies);
      errors += other.errors;
    }

    void broke() {
      errors++;
    }

    LoadResult after(Duration took) {
      return new LoadResult(took, latencies.count(), errors, wrong, latencies);
    }
  }
}
