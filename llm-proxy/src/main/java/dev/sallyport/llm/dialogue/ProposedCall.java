package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One whole call of a tool that a model wants.
 *
 * @param choice the answer that it stands in, of those that were asked for
 * @param tree the call in OpenAI's chat form. Not to be changed
 */
public record ProposedCall(int choice, ObjectNode tree) {
  /** The type of the one call that an answer in the form before {@code tool_calls} may have. */
  public static final String LEGACY = "function_call";

  public String id() {
    return tree.path("id").asText("");
  }

  /** The tool. */
  public String name() {
    return tree.path(body()).path("name").asText("");
  }

  /** The arguments as the model wrote them: JSON, or for a custom tool any text. */
  public String arguments() {
    return tree.path(body()).path(argumentsName()).asText("");
  }

  /** Whether the arguments are a text, and no JSON. */
  public boolean isCustom() {
    return tree.path("type").asText("").equals("custom");
  }

  /** The same call with other arguments. */
  public ProposedCall with(String arguments) {
    var changed = tree.deepCopy();
    changed.withObject("/" + body()).put(argumentsName(), arguments);
    return new ProposedCall(choice, changed);
  }

  boolean isLegacy() {
    return tree.path("type").asText("").equals(LEGACY);
  }

  private String body() {
    return isCustom() ? "custom" : "function";
  }

  private String argumentsName() {
    return isCustom() ? "input" : "arguments";
  }
}
