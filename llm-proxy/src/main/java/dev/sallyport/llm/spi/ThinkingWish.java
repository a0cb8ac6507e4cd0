package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How much a request in chat form wants the model to think.
 *
 * @param effort in a word; empty if it says none
 * @param budget in tokens; 0 or less if it says none
 * @param off whether it wants no thoughts at all
 * @param on whether it wants them, and may not say how many
 * @param parameter where it says so
 */
public record ThinkingWish(String effort, long budget, boolean off, boolean on, String parameter) {
  /** The wish of a request. */
  public static ThinkingWish of(ObjectNode chat) {
    var asked = chat.path("reasoning");
    var effort = asked.path("effort").asText(chat.path("reasoning_effort").asText(""));
    var enabled = asked.path("enabled");
    return new ThinkingWish(
        effort,
        asked.path("max_tokens").asLong(0),
        effort.equals("none") || (enabled.isBoolean() && !enabled.booleanValue()),
        enabled.booleanValue(),
        asked.isObject() ? "reasoning" : "reasoning_effort");
  }

  /** Whether it leaves all of it to the model. */
  public boolean isSilent() {
    return effort.isEmpty() && budget <= 0 && !off && !on;
  }
}
