package dev.sallyport.identity.action;

import java.util.List;

/** What evidence holds of the arguments of an action, beside their salted digest. */
public sealed interface KeptArguments {
  /** Nothing. */
  KeptArguments NONE = new None();

  /** All of them. */
  KeptArguments ALL = new All();

  /** Nothing. */
  record None() implements KeptArguments {}

  /**
   * Some of them.
   *
   * @param pointers where they stand, as JSON pointers
   */
  record Some(List<String> pointers) implements KeptArguments {
    public Some {
      pointers = List.copyOf(pointers);
    }
  }

  /** All of them. */
  record All() implements KeptArguments {}
}
