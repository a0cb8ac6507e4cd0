package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision;
import java.util.List;

/**
 * A decision and every rule that was considered for it.
 *
 * @param considered in the order in which they were: the agent's policy first, then its user's
 */
public record Explanation(Decision decision, List<Considered> considered) {
  public Explanation {
    considered = List.copyOf(considered);
  }
}
