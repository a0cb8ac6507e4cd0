package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The messages in which a model came to an answer, where the client was given only the answer; and
 * by what that answer is known when it comes back.
 */
final class Truth {
  private static final String MESSAGES = "messages";

  private Truth() {}

  /**
   * By what an answer is known: its place in the history, its text and its calls.
   *
   * @return empty if nothing is said in it
   */
  static Optional<String> of(int index, JsonNode message) {
    var ids =
        StreamSupport.stream(message.path("tool_calls").spliterator(), false)
            .map(call -> call.path("id").asText())
            .collect(Collectors.joining(","));
    return of(index, text(message.path("content")), ids);
  }

  static Optional<String> of(int index, String text, String ids) {
    return text.isEmpty() && ids.isEmpty()
        ? Optional.empty()
        : Optional.of(index + "\n" + ids + "\n" + text);
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.textValue();
    }
    return StreamSupport.stream(content.spliterator(), false)
        .map(part -> part.path("text").asText(""))
        .collect(Collectors.joining());
  }

  static String written(List<ObjectNode> messages) {
    var all = JsonNodeFactory.instance.objectNode();
    all.putArray(MESSAGES).addAll(messages);
    return all.toString();
  }

  static List<ObjectNode> messages(String written) {
    var messages = new ArrayList<ObjectNode>();
    object(written).path(MESSAGES).forEach(message -> messages.add((ObjectNode) message));
    return messages;
  }

  /** Reads what was written here. */
  static ObjectNode object(String written) {
    try {
      return WireJson.object(written.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedReplyException e) {
      throw new IllegalStateException("what was written here cannot be read", e);
    }
  }
}
