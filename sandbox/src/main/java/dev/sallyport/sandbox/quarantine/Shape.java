package dev.sallyport.sandbox.quarantine;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * What one field of the results of a tool has looked like so far. It holds counts and bounds of
 * numbers, and not one character of a text.
 *
 * @param within how many objects there were in which the field could have been
 * @param seen how often it was there
 * @param types how often it was of each type
 * @param numbers the bounds of its numbers, if it had any
 * @param looks how often its texts looked like each kind; empty texts are left out
 * @param longestText in characters
 * @param distinctTexts how many different short texts there were, at most {@link #MANY}
 * @param mostItems the most items or members that it had
 */
public record Shape(
    long within,
    long seen,
    Map<Type, Long> types,
    Optional<Range> numbers,
    Map<Kind, Long> looks,
    int longestText,
    int distinctTexts,
    int mostItems) {
  /** Stands for this many distinct texts or more, and for texts that are not short. */
  public static final int MANY = 17;

  /** The types of JSON, with whole numbers by themselves. */
  public enum Type {
    NULL,
    BOOLEAN,
    INTEGER,
    DECIMAL,
    TEXT,
    OBJECT,
    ARRAY
  }

  /**
   * The bounds of numbers, both of which were seen.
   *
   * @param scale the most decimals
   */
  public record Range(BigDecimal least, BigDecimal most, int scale) {
    Range and(Range other) {
      return new Range(least.min(other.least), most.max(other.most), Math.max(scale, other.scale));
    }
  }

  public Shape {
    types = Map.copyOf(types);
    looks = Map.copyOf(looks);
  }

  /** How often it was of a type. */
  public long count(Type type) {
    return types.getOrDefault(type, 0L);
  }

  /** Whether it was of this type whenever it was there and not null. */
  public boolean isOnly(Type type) {
    return count(type) > 0 && count(type) + count(Type.NULL) == seen;
  }
}
