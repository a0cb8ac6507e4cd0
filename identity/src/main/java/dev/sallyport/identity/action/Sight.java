package dev.sallyport.identity.action;

/**
 * By what it is decided what a principal can see. Principals of equal sight see the same, so that
 * what one of them sees can be kept for all.
 */
public final class Sight {
  private final Object policies;
  private final Object policy;
  private final Object users;

  /**
   * The sight of a principal that acts on its own. Others are equal to it that have the very same
   * policies.
   *
   * @param policies all that are in force
   * @param policy the one of the principal
   */
  public Sight(Object policies, Object policy) {
    this(policies, policy, policy);
  }

  /**
   * The sight of a principal that acts on a user's behalf.
   *
   * @param policies all that are in force
   * @param policy the one of the principal
   * @param users the one of the user
   */
  public Sight(Object policies, Object policy, Object users) {
    this.policies = policies;
    this.policy = policy;
    this.users = users;
  }

  /** A sight that nobody else has, and its principal not again. */
  static Sight once() {
    var unlike = new Object();
    return new Sight(unlike, unlike);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // meant: the very same ones
  public boolean equals(Object other) {
    return other instanceof Sight that
        && policies == that.policies
        && policy == that.policy
        && users == that.users;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * System.identityHashCode(policies) + System.identityHashCode(policy))
        + System.identityHashCode(users);
  }
}
