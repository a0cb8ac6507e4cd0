package dev.sallyport.gateway.bench;

/**
 * What is wanted of one measure.
 *
 * @param measure its name, such as {@code chat.rps_ratio.64}
 * @param must the bound that it must keep
 * @param aim the bound that we are after
 */
record Target(String measure, Bound bound, double must, double aim) {

  static Target atLeast(String measure, double must, double aim) {
    return new Target(measure, Bound.AT_LEAST, must, aim);
  }

  static Target atMost(String measure, double must, double aim) {
    return new Target(measure, Bound.AT_MOST, must, aim);
  }

  boolean isMetBy(double value) {
    return bound.holds(value, must);
  }

  boolean isReachedBy(double value) {
    return bound.holds(value, aim);
  }

  /** Which side of a number is the good one. */
  enum Bound {
    AT_LEAST(">="),
    AT_MOST("<=");

    private final String sign;

    Bound(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }

    boolean holds(double value, double bound) {
      return switch (this) {
        case AT_LEAST -> value >= bound;
        case AT_MOST -> value <= bound;
      };
    }
  }
}
