package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Tells of a choice whose {@code refusal} are words of the provider's about the answer, which is
 * not the answer's own text: {@code stop_details}, as Anthropic calls it.
 */
public final class Refused {
  private static final String DETAILS = "stop_details";

  private Refused() {}

  /**
   * Says so in a choice.
   *
   * @param category of the policy, a text; anything else is none
   */
  public static void put(ObjectNode choice, JsonNode category) {
    choice.putObject(DETAILS).put("type", "refusal").put("category", category.textValue());
  }

  /** Whether a choice says so. */
  public static boolean is(JsonNode choice) {
    return choice.path(DETAILS).isObject();
  }

  /** The category of the policy, a text; anything else is none. */
  public static JsonNode category(JsonNode choice) {
    return choice.path(DETAILS).path("category");
  }
}
