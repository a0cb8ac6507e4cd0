package dev.sallyport.sandbox.label;

import java.util.Set;
import java.util.TreeSet;

/**
 * What is known of a value, or of all that a turn has seen.
 *
 * <p>Labels are joined where values are put together: the writers of both, the lesser authority,
 * those who may read both, the sum of the influence. So a join never raises trust.
 *
 * @param writers where the characters came from, at most {@value #MAX_WRITERS}; {@code many} stands
 *     for more
 * @param authority what may be done on its word
 * @param readers who may see it
 * @param influence how much those writers told, in bits; the largest number stands for more
 */
public record Label(Set<String> writers, Authority authority, Readers readers, int influence) {
  /** The most writers that are named. */
  public static final int MAX_WRITERS = 64;

  /** Stands for all writers where they are too many to name. */
  public static final String MANY = "many";

  /** Nobody else's, on the person's own word, for everyone. It changes nothing in a join. */
  public static final Label CLEAN = new Label(Set.of(), Authority.USER, Readers.EVERYONE, 0);

  public Label {
    writers =
        writers.size() > MAX_WRITERS || writers.contains(MANY) ? Set.of(MANY) : Set.copyOf(writers);
    if (influence < 0) {
      throw new IllegalArgumentException("influence must be at least 0: " + influence);
    }
  }

  /** The label of two values together. */
  public Label join(Label other) {
    if (equals(CLEAN) || other.equals(CLEAN)) {
      return equals(CLEAN) ? other : this;
    }
    return new Label(
        both(writers, other.writers),
        authority.and(other.authority),
        readers.and(other.readers),
        (int) Math.min(Integer.MAX_VALUE, (long) influence + other.influence));
  }

  private static Set<String> both(Set<String> writers, Set<String> others) {
    if (writers.containsAll(others)) {
      return writers;
    }
    var all = new TreeSet<>(writers);
    all.addAll(others);
    return all;
  }

  /** The same with another authority. */
  public Label withAuthority(Authority other) {
    return new Label(writers, other, readers, influence);
  }

  /** The same with other readers. */
  public Label withReaders(Readers other) {
    return new Label(writers, authority, other, influence);
  }

  /** The same with another influence. */
  public Label withInfluence(int bits) {
    return new Label(writers, authority, readers, bits);
  }

  /** Whether this is trusted no more than the other, in no respect. */
  public boolean isAtMost(Label other) {
    return (writers.contains(MANY) || writers.containsAll(other.writers))
        && other.authority.isAtLeast(authority)
        && other.readers.covers(readers)
        && influence >= other.influence;
  }
}
