package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an agent saw of a result, and why it saw that.
 *
 * @param call the call that gave it
 * @param source where it came from
 */
public record Explanation(String call, String turn, String source, Projection projection) {
  /** What the agent was given. */
  public JsonNode view() {
    return projection.view();
  }
}
