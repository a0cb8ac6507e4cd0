package dev.sallyport.identity.dpop;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The proofs that were shown to this process. There is an end to how many it knows: when it is
 * reached, no more hold until old ones are over.
 */
public final class LocalProofs implements UsedProofs {
  /** The most proofs that are known. */
  public static final int MAX_PROOFS = 250_000;

  /** The time from one look at what is over to the next, at least: it is a look at all. */
  static final Duration SWEEP = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final int maxProofs;
  private final Map<String, Instant> known = new ConcurrentHashMap<>();
  private final ReentrantLock sweeping = new ReentrantLock();
  private volatile Instant swept = Instant.MIN;

  public LocalProofs(InstantSource clock) {
    this(clock, MAX_PROOFS);
  }

  LocalProofs(InstantSource clock, int maxProofs) {
    this.clock = clock;
    this.maxProofs = maxProofs;
  }

  @Override
  public boolean use(String id, Instant until) throws UnknownException {
    if (known.size() >= maxProofs) {
      sweep();
    }
    if (known.size() >= maxProofs) {
      throw new UnknownException("too many proofs at once");
    }
    return known.putIfAbsent(id, until) == null;
  }

  /** Forgets what is over, once in a while. */
  private void sweep() {
    var now = clock.instant();
    if (Duration.between(swept, now).abs().compareTo(SWEEP) < 0 || !sweeping.tryLock()) {
      return;
    }
    try {
      swept = now;
      known.values().removeIf(until -> until.isBefore(now));
    } finally {
      sweeping.unlock();
    }
  }
}
