package dev.sallyport.sandbox.quarantine;

import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values of one turn by their numbers, which follow one another from 1; only the oldest is ever
 * taken out. A ring, so that a value in it takes one place and no object of its own. Not
 * thread-safe.
 */
final class HeldValues {
  /** A power of two, as any number of places, so that a number's low bits say its place. */
  private static final int FEWEST_PLACES = 16;

  private @Nullable Held[] places = new @Nullable Held[FEWEST_PLACES];

  /** The number of the oldest, or the next one where there is none. */
  private int first = 1;

  private int size;

  int size() {
    return size;
  }

  /** The number of the value that is added next, also after others were taken out. */
  int next() {
    return first + size;
  }

  /**
   * Adds a value.
   *
   * @throws IllegalArgumentException if its number is not the next
   */
  void add(Held held) {
    int number = held.reference().number();
    if (number != next()) {
      throw new IllegalArgumentException("the next number is %d: %d".formatted(next(), number));
    }
    if (size == places.length) {
      grow();
    }
    places[place(number)] = held;
    size++;
  }

  private void grow() {
    var before = places;
    places = new @Nullable Held[2 * before.length];
    for (int number = first; number != next(); number++) {
      places[place(number)] = before[number & (before.length - 1)];
    }
  }

  private int place(int number) {
    return number & (places.length - 1);
  }

  /** The value of a number, if it is held. */
  Optional<Held> find(int number) {
    int after = number - first;
    return after >= 0 && after < size
        ? Optional.ofNullable(places[place(number)])
        : Optional.empty();
  }

  /** Puts a value in the place of the one of its number, if that is held. */
  void replace(Held held) {
    if (find(held.reference().number()).isPresent()) {
      places[place(held.reference().number())] = held;
    }
  }

  /**
   * Takes the oldest out.
   *
   * @throws NoSuchElementException if there is none
   */
  Held removeOldest() {
    var oldest = find(first).orElseThrow();
    places[place(first)] = null;
    first++;
    size--;
    return oldest;
  }

  /** Takes all out. Their numbers are not given again. */
  void clear() {
    first = next();
    size = 0;
    places = new @Nullable Held[FEWEST_PLACES];
  }

  @Override
  public String toString() {
    return "HeldValues[" + size + "]";
  }
}
