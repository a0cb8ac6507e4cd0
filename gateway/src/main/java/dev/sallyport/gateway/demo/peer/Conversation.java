package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What a model is given, in no provider's form.
 *
 * @param user all that the user said last
 * @param calls the calls made since, with their results
 * @param answerSchema the schema that the answer must have, if one was demanded
 */
record Conversation(
    String system,
    String user,
    List<OfferedTool> tools,
    List<Called> calls,
    Optional<JsonNode> answerSchema) {
  Conversation {
    tools = List.copyOf(tools);
    calls = List.copyOf(calls);
  }

  /** A tool that the model may call; what stands before {@code __} in its name is whose it is. */
  record OfferedTool(String name, String description, JsonNode schema) {
    private static final String SEPARATOR = "__";

    String baseName() {
      return baseName(name);
    }

    static String baseName(String name) {
      var at = name.lastIndexOf(SEPARATOR);
      return at < 0 ? name : name.substring(at + SEPARATOR.length());
    }

    static String prefix(String name) {
      var at = name.lastIndexOf(SEPARATOR);
      return at < 0 ? "" : name.substring(0, at + SEPARATOR.length());
    }
  }

  /** A call that was made. */
  record Called(String id, String tool, JsonNode arguments, String result) {}

  /** What the model says next. */
  sealed interface Reply {}

  /** Words. */
  record Say(String text) implements Reply {}

  /** A call of a tool. */
  record Call(String tool, JsonNode arguments) implements Reply {}
}
