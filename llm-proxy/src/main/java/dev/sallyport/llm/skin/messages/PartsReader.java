package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** Turns blocks of content into parts of chat messages. */
final class PartsReader {
  /** What is read of each type of block, or named where it stands. */
  private static final Map<String, Set<String>> READ =
      Map.ofEntries(
          Map.entry("text", Set.of("type", "cache_control", "citations", "text")),
          Map.entry("image", Set.of("type", "cache_control", "source")),
          Map.entry(
              "document",
              Set.of("type", "cache_control", "citations", "context", "source", "title")),
          Map.entry(
              "search_result",
              Set.of("type", "cache_control", "citations", "content", "source", "title")));

  private final Set<String> dropped;

  PartsReader(Set<String> dropped) {
    this.dropped = dropped;
  }

  /** The kind of a block. */
  static String type(String place, JsonNode block) {
    Place.require(place, block, JsonNode::isObject, "an object");
    Place.require(place + "/type", block.path("type"), JsonNode::isTextual, "a text");
    return block.path("type").textValue();
  }

  /**
   * A text as it is; of blocks, their parts.
   *
   * @throws Refusal with MALFORMED_REQUEST if it is neither
   */
  JsonNode content(String place, JsonNode content) {
    if (content.isTextual()) {
      return content;
    }
    Place.require(place, content, JsonNode::isArray, "a text or a list of blocks");
    var parts = JsonNodeFactory.instance.arrayNode();
    int index = 0;
    for (var block : content) {
      part(place + "/" + index, block, parts);
      index++;
    }
    return parts.isEmpty() ? JsonNodeFactory.instance.textNode("") : parts;
  }

  /** One text of which nothing more is said, as it is. */
  static JsonNode simplest(ArrayNode parts) {
    if (parts.isEmpty()) {
      return JsonNodeFactory.instance.textNode("");
    }
    var first = parts.get(0);
    boolean plain = parts.size() == 1 && first.size() == 2 && first.path("text").isTextual();
    return plain ? first.path("text") : parts;
  }

  /** Adds what one block is in chat; what chat has no place for is named. */
  void part(String place, JsonNode block, ArrayNode parts) {
    int before = parts.size();
    var type = type(place, block);
    switch (type) {
      case "text" -> {
        Place.require(place + "/text", block.path("text"), JsonNode::isTextual, "a text");
        parts.addObject().put("type", "text").set("text", block.path("text"));
      }
      case "image" -> image(place + "/source", block.path("source"), parts);
      case "document" -> document(place + "/source", block, parts);
      case "search_result" -> found(place, block, parts);
      default -> dropped.add("messages.content." + type);
    }
    nameCitations(block.path("citations"));
    if (READ.containsKey(type)) {
      Place.nameOthers("messages.content", block, READ.get(type), dropped);
    }
    if (!block.path("cache_control").isObject()) {
      return;
    }
    if (parts.size() > before && parts.get(parts.size() - 1) instanceof ObjectNode part) {
      part.set("cache_control", block.path("cache_control"));
    } else {
      dropped.add("messages.content.cache_control");
    }
  }

  /** A wish for some, or those of an earlier answer. */
  private void nameCitations(JsonNode citations) {
    if (citations.path("enabled").booleanValue()) {
      dropped.add("messages.content.citations");
    } else if (citations.isArray() && !citations.isEmpty()) {
      dropped.add("messages.content.text.citations");
    }
  }

  private void image(String place, JsonNode source, ArrayNode parts) {
    Place.require(place, source, JsonNode::isObject, "an object");
    switch (source.path("type").asText("")) {
      case "base64", "url" ->
          parts
              .addObject()
              .put("type", "image_url")
              .putObject("image_url")
              .put("url", url(place, source));
      case "file" -> fileId(place, source, parts);
      default -> throw Place.mistake(place + "/type", "base64, url or file");
    }
  }

  private void document(String place, JsonNode block, ArrayNode parts) {
    var source = block.path("source");
    Place.require(place, source, JsonNode::isObject, "an object");
    switch (source.path("type").asText("")) {
      case "base64", "url" -> file(block, parts).put("file_data", url(place, source));
      case "text" -> {
        Place.require(place + "/data", source.path("data"), JsonNode::isTextual, "a text");
        var bytes = source.path("data").textValue().getBytes(StandardCharsets.UTF_8);
        file(block, parts)
            .put(
                "file_data", "data:text/plain;base64," + Base64.getEncoder().encodeToString(bytes));
      }
      case "content" -> {
        var title = block.path("title").asText("");
        if (!title.isBlank()) {
          parts.addObject().put("type", "text").put("text", title);
        }
        addAll(place + "/content", source.path("content"), parts);
      }
      case "file" -> {
        fileId(place, source, parts);
        if (!block.path("title").asText("").isBlank()) {
          dropped.add("messages.content.title");
        }
      }
      default -> throw Place.mistake(place + "/type", "base64, url, text, content or file");
    }
    if (Place.says(block.path("context"))) {
      dropped.add("messages.content.context");
    }
  }

  private static ObjectNode file(JsonNode block, ArrayNode parts) {
    var file = parts.addObject().put("type", "file").putObject("file");
    if (block.path("title").isTextual()) {
      file.set("filename", block.path("title"));
    }
    return file;
  }

  private static void fileId(String place, JsonNode source, ArrayNode parts) {
    Place.require(place + "/file_id", source.path("file_id"), JsonNode::isTextual, "a text");
    parts.addObject().put("type", "file").putObject("file").set("file_id", source.path("file_id"));
  }

  private static String url(String place, JsonNode source) {
    if (source.path("type").asText().equals("url")) {
      Place.require(place + "/url", source.path("url"), JsonNode::isTextual, "a text");
      return source.path("url").textValue();
    }
    var media = source.path("media_type");
    Place.require(place + "/media_type", media, JsonNode::isTextual, "a text");
    Place.require(place + "/data", source.path("data"), JsonNode::isTextual, "a text");
    return "data:" + media.textValue() + ";base64," + source.path("data").textValue();
  }

  /** What was found, as text: where, and what. */
  private void found(String place, JsonNode block, ArrayNode parts) {
    var head = block.path("title").asText("") + "\n" + block.path("source").asText("");
    parts.addObject().put("type", "text").put("text", head.strip());
    addAll(place + "/content", block.path("content"), parts);
  }

  private void addAll(String place, JsonNode given, ArrayNode parts) {
    var content = content(place, given);
    if (content instanceof ArrayNode inner) {
      parts.addAll(inner);
    } else {
      parts.addObject().put("type", "text").set("text", content);
    }
  }
}
