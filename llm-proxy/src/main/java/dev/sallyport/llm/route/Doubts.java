package dev.sallyport.llm.route;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.llm.spi.Failure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Failures that may be a request's own doing: what a principal sent can be why a provider refused
 * it. Such a failure is held against a credential for that principal alone, until another one meets
 * the same there before its time is over. There is never more than one doubt of a kind about the
 * same, so that they take no more room than what they are about. Thread-safe.
 */
final class Doubts {
  private final InstantSource clock;
  private final ConcurrentHashMap<About, Doubt> doubts = new ConcurrentHashMap<>();

  Doubts(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Notes that a principal met a failure.
   *
   * @param what where it met it
   * @param length for how long that counts
   * @return whether another principal met the same whose time is not over; then there is no doubt
   *     any more
   */
  boolean confirms(PrincipalId who, Kind kind, String what, Duration length) {
    var now = clock.instant();
    doubts.values().removeIf(doubt -> doubt.isOver(now));
    var left =
        doubts.compute(
            new About(kind, what),
            (_, known) ->
                known != null && !known.isOver(now) && !known.who().equals(who)
                    ? null
                    : new Doubt(who, now.plus(length)));
    return left == null;
  }

  /**
   * Whether there is no doubt of anybody. One whose time is over stays until it is looked for, or
   * another is noted.
   */
  boolean isEmpty() {
    return doubts.isEmpty();
  }

  /** Until when a principal leaves alone where it met a failure; empty if it does not. */
  Optional<Instant> until(PrincipalId who, Kind kind, String what) {
    var about = new About(kind, what);
    var doubt = doubts.get(about);
    if (doubt == null) {
      return Optional.empty();
    }
    if (doubt.isOver(clock.instant())) {
      doubts.remove(about, doubt);
      return Optional.empty();
    }
    return doubt.who().equals(who) ? Optional.of(doubt.until()) : Optional.empty();
  }

  private record About(Kind kind, String what) {}

  private record Doubt(PrincipalId who, Instant until) {
    private boolean isOver(Instant now) {
      return !now.isBefore(until);
    }
  }
}
