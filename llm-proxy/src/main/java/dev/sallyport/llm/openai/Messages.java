package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.UnreadMembers;
import java.util.Optional;
import java.util.Set;

/** Makes the messages of a translation those of OpenAI. */
final class Messages {
  private static final Set<String> MEMBERS =
      Set.of(
          "audio",
          "content",
          "function_call",
          "name",
          "refusal",
          "role",
          "tool_call_id",
          "tool_calls");

  private final Changes changes;
  private final ArrayNode written = JsonNodeFactory.instance.arrayNode();

  /** The images of results of tools, which stand after the last of these results. */
  private final ArrayNode images = JsonNodeFactory.instance.arrayNode();

  Messages(Changes changes) {
    this.changes = changes;
  }

  /** Without what no provider knows. */
  JsonNode withoutMarks(JsonNode messages) {
    var copy = messages.deepCopy();
    for (var message : copy) {
      if (message instanceof ObjectNode object) {
        lose(object, "is_error");
      }
    }
    return copy;
  }

  /**
   * Without all that is not OpenAI's.
   *
   * @param reasoningBack the member by which the provider takes its reasoning back, if it does
   */
  ArrayNode plain(ArrayNode messages, Optional<String> reasoningBack) throws CannotCarryException {
    for (var message : messages) {
      if (message instanceof ObjectNode object) {
        boolean tool = object.path("role").asText().equals("tool");
        if (!tool) {
          putImages();
        }
        written.add(plain(object.deepCopy(), tool, reasoningBack));
      } else {
        written.add(message);
      }
    }
    putImages();
    return written;
  }

  private ObjectNode plain(ObjectNode message, boolean tool, Optional<String> reasoningBack)
      throws CannotCarryException {
    var thought = Reasoning.text(message);
    boolean showed = message.has("images");
    if (reasoningBack.isPresent() && !thought.isEmpty()) {
      message.remove("reasoning");
      message.remove("reasoning_details");
    }
    for (var field : message.deepCopy().properties()) {
      if (!MEMBERS.contains(field.getKey())) {
        lose(message, field.getKey());
      }
    }
    if (reasoningBack.isPresent() && !thought.isEmpty()) {
      message.put(reasoningBack.get(), thought);
    }
    if (message.path("content") instanceof ArrayNode parts) {
      content(message, parts, tool);
    } else if (showed && !message.hasNonNull("content") && !message.has("tool_calls")) {
      message.put("content", ""); // OpenAI's says one or the other
    }
    return message;
  }

  private void content(ObjectNode message, ArrayNode parts, boolean tool)
      throws CannotCarryException {
    var kept = JsonNodeFactory.instance.arrayNode();
    for (var part : parts) {
      if (part instanceof ObjectNode object) {
        var written = Parts.plain(object, changes);
        if (tool && !written.path("type").asText().equals("text")) {
          images.add(written);
        } else {
          kept.add(written);
        }
      }
    }
    if (kept.isEmpty() && tool) {
      message.put("content", images.isEmpty() ? "" : "What the tool gave follows.");
    } else if (kept.size() == 1 && isPlainText(kept.get(0))) {
      message.set("content", kept.get(0).path("text"));
    } else {
      message.set("content", kept);
    }
  }

  /** A text of which nothing more is said. */
  private static boolean isPlainText(JsonNode part) {
    return part.size() == 2 && part.path("type").asText().equals("text");
  }

  /** OpenAI takes no images from tools: the user shows them. */
  private void putImages() {
    if (images.isEmpty()) {
      return;
    }
    var message = written.addObject().put("role", "user");
    var content = message.putArray("content");
    content.addObject().put("type", "text").put("text", "What the tools gave beside text:");
    content.addAll(images);
    images.removeAll();
  }

  private void lose(ObjectNode message, String name) {
    var taken = message.remove(name);
    if (taken != null && UnreadMembers.saysSomething(taken)) {
      changes.note("messages." + name);
    }
  }
}
