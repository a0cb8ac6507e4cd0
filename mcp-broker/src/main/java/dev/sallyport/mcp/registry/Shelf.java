package dev.sallyport.mcp.registry;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was made lately, up to a number; what is not used is let go first and made again when
 * it is wanted. Thread-safe.
 */
final class Shelf {
  private final int most;
  private final ArrayDeque<Kept<?>> kept = new ArrayDeque<>();
  private final LongAdder made = new LongAdder();

  Shelf(int most) {
    this.most = most;
  }

  /** Something that is made when it is wanted. */
  <T> Kept<T> of(Supplier<T> making) {
    return new Kept<>(this, making);
  }

  /** How often anything was made. */
  long made() {
    return made.sum();
  }

  /** How many are kept. */
  synchronized int kept() {
    return kept.size();
  }

  private synchronized void put(Kept<?> one) {
    made.increment();
    kept.add(one);
    while (kept.size() > most) {
      var oldest = kept.remove();
      if (oldest.letGo()) {
        continue;
      }
      kept.add(oldest); // it was used since; it goes the next time
    }
  }

  /** What is made when it is wanted, and may be made again. Thread-safe. */
  static final class Kept<T> {
    private final Shelf shelf;
    private final Supplier<T> making;
    private volatile @Nullable T value;
    private volatile boolean used;

    private Kept(Shelf shelf, Supplier<T> making) {
      this.shelf = shelf;
      this.making = making;
    }

    T get() {
      var present = value;
      if (present != null) {
        if (!used) {
          used = true;
        }
        return present;
      }
      var made = making.get();
      value = made;
      shelf.put(this);
      return made;
    }

    private boolean letGo() {
      if (used) {
        used = false;
        return false;
      }
      value = null;
      return true;
    }
  }
}
