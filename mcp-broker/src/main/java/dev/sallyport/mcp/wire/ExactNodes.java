package dev.sallyport.mcp.wire;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Makes nodes that keep a number's digits, and refuses numbers too large to be computed with. */
final class ExactNodes extends JsonNodeFactory {
  private static final long serialVersionUID = 1L;
  private static final int MAX_EXPONENT = 1_000;

  ExactNodes() {
    super(true);
  }

  @Override
  public ValueNode numberNode(@Nullable BigDecimal value) {
    if (value == null) {
      return nullNode();
    }
    if (Math.abs((long) value.scale()) > MAX_EXPONENT) {
      throw new OutOfRangeException();
    }
    return DecimalNode.valueOf(value);
  }

  /** A number has an absurd exponent. */
  static final class OutOfRangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfRangeException() {
      super("a number has an exponent over " + MAX_EXPONENT, null, false, false);
    }
  }
}
