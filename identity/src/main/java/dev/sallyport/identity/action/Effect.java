package dev.sallyport.identity.action;

/**
 * What is done once an action is decided and its intent is durable: lend, call, redact, quarantine.
 */
@FunctionalInterface
public interface Effect<T> {
  /**
   * Does it.
   *
   * @param permit proof of the decision and of the durable intent; holds until this method returns
   * @throws Refusal if it cannot be done
   */
  Performed<T> run(Permit permit);
}
