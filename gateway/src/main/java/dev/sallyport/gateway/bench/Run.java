package dev.sallyport.gateway.bench;

import java.time.Duration;
import java.util.Map;

/**
 * Some seconds of one load on one way.
 *
 * @param cpu the processor time that each process took meanwhile, by its part
 */
record Run(
    String bench,
    Arm arm,
    int connections,
    int round,
    LoadResult result,
    Map<String, Duration> cpu) {

  double cpuMicrosPerAnswer(String part) {
    return cpu.getOrDefault(part, Duration.ZERO).toNanos() / 1e3 / result.answers();
  }
}
