package dev.sallyport.llm.testing;

import dev.sallyport.llm.kit.Objection;
import dev.sallyport.llm.kit.Received;
import dev.sallyport.llm.kit.StrictRules;

/** The refusals of real providers, without one. */
public final class Strictness {
  private Strictness() {}

  /** Fails if a real provider would refuse the request. */
  public static void check(Received request) {
    try {
      StrictRules.check(request);
    } catch (Objection objection) {
      throw new AssertionError(objection.words(), objection);
    }
  }
}
