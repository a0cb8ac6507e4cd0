package dev.sallyport.llm.kit;

/** What a provider demands of requests. */
@FunctionalInterface
public interface Rules {
  /** None. */
  Rules NONE = _ -> {};

  /**
   * Goes on only if a request keeps them.
   *
   * @throws Objection if it does not; an {@code AssertionError} does as well
   */
  void check(Received request);
}
