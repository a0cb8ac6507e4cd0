package dev.sallyport.identity.condition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * JSON as CEL has it: whole numbers are {@code int}, others {@code double}, null is null. A value
 * that CEL has no like for, or that is not known yet, makes whatever needs it fail.
 */
final class JsonValues {
  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  /** Why a number is none that can be looked at. */
  static final String OUT_OF_RANGE = "number_out_of_range";

  /** How what is held in quarantine is referred to: what it stands for is not known yet. */
  private static final String REFERENCE = "{{";

  private JsonValues() {}

  /**
   * The value of a node.
   *
   * @throws NoValueException if it has none
   */
  static Object of(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> new Fields(node);
      case ARRAY -> new Items(node);
      case STRING -> text(node.textValue());
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> number(node);
      case NULL -> NullValue.NULL_VALUE;
      case BINARY, MISSING, POJO -> throw new NoValueException("not_json");
    };
  }

  private static String text(String text) {
    if (text.contains(REFERENCE)) {
      throw new NoValueException("held_argument");
    }
    return text;
  }

  /**
   * Whether a node holds, at whatever depth, a number that CEL would have as another one: a whole
   * one beyond 64 bits, or a decimal that is not what is written of its {@code double}.
   */
  static boolean holdsOutOfRange(JsonNode node) {
    if (!node.isContainerNode()) {
      return node.isNumber() && !isInRange(node);
    }
    for (var inner : node) {
      if (holdsOutOfRange(inner)) {
        return true;
      }
    }
    return false;
  }

  private static Object number(JsonNode node) {
    if (!isInRange(node)) {
      throw new NoValueException(OUT_OF_RANGE);
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    return node.doubleValue();
  }

  private static boolean isInRange(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.canConvertToLong();
    }
    return node.isBigDecimal()
        ? isInRange(node.decimalValue())
        : Double.isFinite(node.doubleValue());
  }

  /** A {@code double} stands for the shortest decimal that is read as it, such as 0.1. */
  private static boolean isInRange(BigDecimal exact) {
    double value = exact.doubleValue();
    if (!Double.isFinite(value) || BigDecimal.valueOf(value).compareTo(exact) != 0) {
      return false;
    }
    if (Math.abs(value) < MOST.doubleValue()) {
      return true;
    }
    var whole = exact.toBigInteger();
    return whole.compareTo(LEAST) >= 0 && whole.compareTo(MOST) <= 0;
  }

  /** An object, whose values are made when they are asked for. */
  @SuppressWarnings("Immutable") // as MapValue says
  private static final class Fields extends MapValue {
    private final JsonNode node;

    private Fields(JsonNode node) {
      this.node = node;
    }

    @Override
    Set<String> names() {
      var names = new LinkedHashSet<String>();
      node.fieldNames().forEachRemaining(names::add);
      return names;
    }

    @Override
    public Optional<Object> find(String name) {
      return Optional.ofNullable(node.get(name)).map(JsonValues::of);
    }

    @Override
    boolean has(String name) {
      return node.has(name);
    }
  }

  /** A list, whose values are made when they are asked for. */
  private static final class Items extends AbstractList<Object> {
    private final JsonNode node;

    private Items(JsonNode node) {
      this.node = node;
    }

    @Override
    public Object get(int index) {
      if (index < 0 || index >= node.size()) {
        throw new IndexOutOfBoundsException(index);
      }
      return of(node.get(index));
    }

    @Override
    public int size() {
      return node.size();
    }
  }
}
