package dev.sallyport.identity.token;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is remembered of proofs for a while, by their digests. Where there is no more room, what is
 * over is forgotten, and all if that is little: so no flood of proofs makes each of them costly.
 * Thread-safe; a look takes no lock.
 *
 * @param <V> what is remembered
 */
public final class Recent<V> {
  private final InstantSource clock;
  private final int max;
  private final Map<Digest, Entry<V>> entries = new ConcurrentHashMap<>();

  /**
   * Nothing yet.
   *
   * @param max the most that is remembered
   */
  public Recent(InstantSource clock, int max) {
    this.clock = clock;
    this.max = max;
  }

  /** What is remembered of a proof. */
  public Optional<V> find(Digest proof) {
    var entry = entries.get(proof);
    return entry != null && clock.instant().isBefore(entry.until)
        ? Optional.of(entry.value)
        : Optional.empty();
  }

  /** Remembers something of a proof, until a moment. */
  public void put(Digest proof, V value, Instant until) {
    var now = clock.instant();
    if (!now.isBefore(until)) {
      return;
    }
    if (entries.size() >= max) {
      makeRoom(now);
    }
    entries.put(proof, new Entry<>(value, until));
  }

  /** Forgets everything. */
  public void clear() {
    entries.clear();
  }

  int size() {
    return entries.size();
  }

  private void makeRoom(Instant now) {
    entries.values().removeIf(entry -> !now.isBefore(entry.until));
    if (entries.size() >= max - max / 4) {
      entries.clear();
    }
  }

  private record Entry<V>(V value, Instant until) {}
}
