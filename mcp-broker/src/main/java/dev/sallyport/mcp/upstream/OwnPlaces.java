package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What is kept at one server for each owner and face, as a session or a process is. There is no
 * more of it than a bound; what was unused longest makes room. Thread-safe.
 *
 * @param <T> what is kept
 */
final class OwnPlaces<T> {
  /** How long something stays that is not used. */
  static final Duration IDLE = Duration.ofMinutes(10);

  private final int most;
  private final LongSupplier nanoTime;

  /** In the order of their last use. Guarded by this. */
  private final LinkedHashMap<Key, Place<T>> places = new LinkedHashMap<>(16, 0.75f, true);

  OwnPlaces(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
  }

  private record Key(Owner owner, ClientFace face) {}

  /** Guarded by the places. */
  private static final class Place<T> {
    private final T kept;
    private int underWay;
    private long idleSince;

    private Place(T kept) {
      this.kept = kept;
    }
  }

  /**
   * Uses what is kept for an owner and a face.
   *
   * @param make makes it where there is none
   * @param ended is given what made room
   * @throws Refusal with RATE_LIMITED if there is no room
   */
  <R> R using(
      Owner owner, ClientFace face, Supplier<T> make, Consumer<T> ended, Function<T, R> use) {
    var key = new Key(owner, face);
    Optional<T> last;
    Place<T> place;
    synchronized (this) {
      var present = places.get(key);
      last = present == null ? makeRoom() : Optional.empty();
      place = present == null ? new Place<>(make.get()) : present;
      places.put(key, place);
      place.underWay++;
    }
    try {
      last.ifPresent(ended);
      return use.apply(place.kept);
    } finally {
      synchronized (this) {
        place.underWay--;
        place.idleSince = nanoTime.getAsLong();
      }
    }
  }

  /** Lets go of what was not used for long, and gives it to be ended. */
  synchronized List<T> expired() {
    long before = nanoTime.getAsLong() - IDLE.toNanos();
    var expired = new ArrayList<T>();
    places
        .values()
        .removeIf(place -> {
          boolean idle = place.underWay == 0 && place.idleSince - before <= 0;
          if (idle) {
            expired.add(place.kept);
          }
          return idle;
        });
    return expired;
  }

  /** Lets go of all, and gives it to be ended. */
  synchronized List<T> all() {
    var all = new ArrayList<T>();
    places.values().forEach(place -> all.add(place.kept));
    places.clear();
    return all;
  }

  private Optional<T> makeRoom() {
    if (places.size() < most) {
      return Optional.empty();
    }
    for (var entry : places.entrySet()) {
      if (entry.getValue().underWay == 0) {
        places.remove(entry.getKey());
        return Optional.of(entry.getValue().kept);
      }
    }
    throw new Refusal(RefusalCode.RATE_LIMITED);
  }
}
