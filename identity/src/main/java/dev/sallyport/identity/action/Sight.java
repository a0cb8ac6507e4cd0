package dev.sallyport.identity.action;

/**
 * By what it is decided what a principal can see. Principals of equal sight see the same, so that
 * what one of them sees can be kept for all.
 */
public final class Sight {
  private final Object policies;
  private final Object policy;

  /**
   * A sight. Others are equal to it that have the very same policies.
   *
   * @param policies all that are in force
   * @param policy the one of the principal
   */
  public Sight(Object policies, Object policy) {
    this.policies = policies;
    this.policy = policy;
  }

  /** A sight that nobody else has, and its principal not again. */
  static Sight once() {
    var unlike = new Object();
    return new Sight(unlike, unlike);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // meant: the very same ones
  public boolean equals(Object other) {
    return other instanceof Sight that && policies == that.policies && policy == that.policy;
  }

  @Override
  public int hashCode() {
    return 31 * System.identityHashCode(policies) + System.identityHashCode(policy);
  }
}
