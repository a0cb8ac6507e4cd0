package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Caller;

/** What is known of turns outside of this module. Thread-safe. */
@FunctionalInterface
public interface TurnFacts {
  /** Of turns that nothing has a part in but their person. */
  TurnFacts CLEAN = (_, _) -> "USER";

  /**
   * On whose word a caller's turn stands, as {@code Circumstances} writes it.
   *
   * @param terms of the caller
   */
  String label(Caller caller, AgentTerms terms);
}
