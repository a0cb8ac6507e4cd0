package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.Shape.Range;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Counts what one field looks like. Not thread-safe. */
final class ShapeCount {
  private static final int LONGEST_WORD = 64;
  private static final int MAX_DIGITS = 40;

  private final Map<Shape.Type, Long> types = new EnumMap<>(Shape.Type.class);
  private final Map<Kind, Long> looks = new EnumMap<>(Kind.class);
  private final Set<Integer> words = new HashSet<>();
  private Optional<Range> numbers = Optional.empty();
  private boolean manyWords;
  private long seen;
  private int longestText;
  private int mostItems;

  /**
   * Counts one value.
   *
   * @param salt with which texts are hashed to tell them apart
   */
  void add(JsonNode value, int salt) {
    seen++;
    types.merge(type(value), 1L, Long::sum);
    mostItems = Math.max(mostItems, value.size());
    if (value.isTextual()) {
      addText(value.textValue(), salt);
    } else if (isSmall(value)) {
      var number = value.decimalValue().stripTrailingZeros();
      var range = new Range(number, number, Math.max(0, number.scale()));
      numbers = Optional.of(numbers.map(range::and).orElse(range));
    }
  }

  private void addText(String text, int salt) {
    longestText = Math.max(longestText, text.length());
    if (!text.isEmpty()) {
      looks.merge(Kind.of(text), 1L, Long::sum);
    }
    if (!manyWords && text.length() <= LONGEST_WORD) {
      words.add(text.hashCode() * 31 + salt);
    }
    if (words.size() >= Shape.MANY || text.length() > LONGEST_WORD) {
      manyWords = true;
      words.clear();
    }
  }

  /** Written out, a number such as 1e999999999 would fill the memory. */
  private static boolean isSmall(JsonNode value) {
    if (!value.isNumber()
        || (value.isFloatingPointNumber() && !Double.isFinite(value.asDouble()))) {
      return false;
    }
    var number = value.decimalValue();
    return number.precision() <= MAX_DIGITS && Math.abs((long) number.scale()) <= MAX_DIGITS;
  }

  private static Shape.Type type(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> Shape.Type.NULL;
      case BOOLEAN -> Shape.Type.BOOLEAN;
      case NUMBER -> value.isIntegralNumber() ? Shape.Type.INTEGER : Shape.Type.DECIMAL;
      case STRING, BINARY -> Shape.Type.TEXT;
      case ARRAY -> Shape.Type.ARRAY;
      case OBJECT, POJO -> Shape.Type.OBJECT;
    };
  }

  long seen() {
    return seen;
  }

  long count(Shape.Type type) {
    return types.getOrDefault(type, 0L);
  }

  /**
   * All of it so far.
   *
   * @param within in how many objects the field could have been
   */
  Shape shape(long within) {
    return new Shape(
        within,
        seen,
        types,
        numbers,
        looks,
        longestText,
        manyWords ? Shape.MANY : words.size(),
        mostItems);
  }
}
