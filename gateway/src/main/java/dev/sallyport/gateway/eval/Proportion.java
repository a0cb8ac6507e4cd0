package dev.sallyport.gateway.eval;

/** So many of so many. */
record Proportion(int number, int of) {
  static final Proportion NONE = new Proportion(0, 0);

  /** Of the standard normal distribution, for 95 %. */
  private static final double Z = 1.959_964;

  double share() {
    return of == 0 ? 0 : (double) number / of;
  }

  /** The lower end of the interval that holds the true share with 95 %. */
  double low() {
    return Math.max(0, centre() - halfWidth());
  }

  /** The upper end of the interval that holds the true share with 95 %. */
  double high() {
    return of == 0 ? 1 : Math.min(1, centre() + halfWidth());
  }

  // Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
  // 1927.
  private double centre() {
    return (share() + Z * Z / (2 * Math.max(1, of))) / (1 + Z * Z / Math.max(1, of));
  }

  private double halfWidth() {
    double count = Math.max(1, of);
    double spread = share() * (1 - share()) / count + Z * Z / (4 * count * count);
    return Z * Math.sqrt(spread) / (1 + Z * Z / count);
  }
}
