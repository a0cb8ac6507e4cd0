package dev.sallyport.gateway.bench;

import java.time.Duration;
import java.util.Optional;

/** What became of streams in some time. For one thread. */
final class StreamResult {
  private final long interval;
  private final Histogram first = new Histogram();
  private final Histogram delay = new Histogram();
  private final Histogram jitter = new Histogram();
  private long ended;
  private long errors;
  private Optional<String> wrong = Optional.empty();

  StreamResult(Duration interval) {
    this.interval = interval.toNanos();
  }

  void began(long nanos) {
    first.record(nanos);
  }

  /** An event came so long after the one before it. */
  void followed(long nanos) {
    jitter.record(Math.abs(nanos - interval));
  }

  /** An event came so long after it was sent. */
  void arrived(long nanos) {
    delay.record(nanos);
  }

  void ended() {
    ended++;
  }

  void broke() {
    errors++;
  }

  /** Keeps the first answer that was not what was asked for. */
  void wrong(String answer) {
    wrong = wrong.or(() -> Optional.of(answer));
  }

  Optional<String> wrong() {
    return wrong;
  }

  long begun() {
    return first.count();
  }

  long streams() {
    return ended;
  }

  long events() {
    return delay.count();
  }

  long errors() {
    return errors;
  }

  /** From the request to the first event, in ms. */
  double firstMillis(double share) {
    return first.quantile(share) / 1e6;
  }

  /** From the upstream to the caller, in ms. */
  double delayMillis(double share) {
    return delay.quantile(share) / 1e6;
  }

  /** By how much the time between two events is not what it was to be, in ms. */
  double jitterMillis(double share) {
    return jitter.quantile(share) / 1e6;
  }
}
