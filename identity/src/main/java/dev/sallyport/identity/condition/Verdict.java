package dev.sallyport.identity.condition;

/** What a condition says. */
public sealed interface Verdict {
  /** It is fulfilled. */
  Verdict TRUE = new Fulfilled(true);

  /** It is not. */
  Verdict FALSE = new Fulfilled(false);

  /** It could be looked at. */
  record Fulfilled(boolean is) implements Verdict {}

  /**
   * It could not be looked at.
   *
   * @param reason a stable code; holds nothing of what the caller sent
   */
  record Failed(String reason) implements Verdict {}
}
