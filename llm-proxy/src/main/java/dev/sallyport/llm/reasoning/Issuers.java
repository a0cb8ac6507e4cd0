package dev.sallyport.llm.reasoning;

import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.llm.spi.Form;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers who gave which reasoning, by digests of its seals: the signatures and secrets that come
 * with it, in whatever {@link Form}. What is remembered is bounded in age and number, and lost when
 * the process ends; of what is forgotten it is not known who gave it. Thread-safe.
 */
public final class Issuers {
  static final Duration KEPT = Duration.ofHours(24);
  static final int MOST = 50_000;

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  /** Oldest first. */
  private final LinkedHashMap<Digest, Given> given = new LinkedHashMap<>();

  public Issuers(InstantSource clock) {
    this.clock = clock;
  }

  /** Remembers who gave the reasoning with these seals. */
  void gave(Issuer issuer, Set<String> seals) {
    if (seals.isEmpty()) {
      return;
    }
    var now = clock.instant();
    lock.lock();
    try {
      for (var seal : seals) {
        var digest = Digest.of(seal);
        given.remove(digest);
        given.put(digest, new Given(issuer, now.plus(KEPT)));
      }
      forget(now);
    } finally {
      lock.unlock();
    }
  }

  private void forget(Instant now) {
    for (Iterator<Given> oldest = given.values().iterator(); oldest.hasNext(); ) {
      boolean holds = oldest.next().until().isAfter(now);
      if (holds && given.size() <= MOST) {
        return;
      }
      oldest.remove();
    }
  }

  /** Who gave the reasoning with this seal, if that is known. */
  Optional<Issuer> of(String seal) {
    lock.lock();
    try {
      return Optional.ofNullable(given.get(Digest.of(seal)))
          .filter(one -> one.until().isAfter(clock.instant()))
          .map(Given::issuer);
    } finally {
      lock.unlock();
    }
  }

  private record Given(Issuer issuer, Instant until) {}

  /** The first half of a SHA-256. */
  private record Digest(long first, long second) {
    static Digest of(String seal) {
      var bytes = ByteBuffer.wrap(Sha256.of(seal));
      return new Digest(bytes.getLong(), bytes.getLong());
    }
  }
}
