package dev.sallyport.sandbox.label;

/** On whose word a value stands, the least first. */
public enum Authority {
  /** Anybody's. */
  PUBLIC,
  /** That of somebody the organisation deals with. */
  PARTNER,
  /** The organisation's. */
  ORG,
  /** That of the person for whom the turn is. */
  USER;

  /** The lesser of two. */
  public Authority and(Authority other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** Whether this is that much or more. */
  public boolean isAtLeast(Authority least) {
    return compareTo(least) >= 0;
  }
}
