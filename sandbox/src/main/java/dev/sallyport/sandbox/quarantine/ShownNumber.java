package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.Optional;

/** A number small enough to be shown, in the one form that its value has. */
record ShownNumber(BigDecimal value) {
  private static final int MAX_PRECISION = 40;
  private static final double SIGN_BITS = 1;
  private static final double LENGTH_BITS = 6;
  private static final double SCALE_BITS = 3;
  private static final double WHOLE_BITS = 1;

  /** The number, if it is within the limits. */
  static Optional<ShownNumber> of(JsonNode node, QuarantineLimits limits) {
    return of(node, limits.largestInteger(), limits.maxDecimals());
  }

  /** The number, if it is no larger and has no more decimals. */
  static Optional<ShownNumber> of(JsonNode node, long largest, int maxDecimals) {
    if (!node.isNumber() || isNotFinite(node)) {
      return Optional.empty();
    }
    var given = node.decimalValue();
    if (given.precision() > MAX_PRECISION || Math.abs((long) given.scale()) > MAX_PRECISION) {
      return Optional.empty();
    }
    var value = given.stripTrailingZeros();
    if (value.scale() < 0) {
      value = value.setScale(0);
    }
    var bounded =
        value.scale() <= maxDecimals && value.abs().compareTo(BigDecimal.valueOf(largest)) <= 0;
    return bounded ? Optional.of(new ShownNumber(value)) : Optional.empty();
  }

  /** What showing it tells: sign, number of decimals, number of binary digits, and these. */
  double bits() {
    var scale = value.scale() == 0 ? WHOLE_BITS : WHOLE_BITS + SCALE_BITS;
    return SIGN_BITS + scale + LENGTH_BITS + value.unscaledValue().bitLength();
  }

  JsonNode node() {
    return value.scale() == 0
        ? JsonNodeFactory.instance.numberNode(value.longValueExact())
        : JsonNodeFactory.instance.numberNode(value);
  }

  private static boolean isNotFinite(JsonNode node) {
    return (node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue());
  }
}
