package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.UnreadMembers;
import java.util.List;
import java.util.Set;

/** Turns the parts of content into those of chat. */
final class PartsReader {
  private static final String BREAKPOINT = "prompt_cache_breakpoint";
  private static final Set<String> READ =
      Set.of(
          "type",
          "text",
          "refusal",
          "image_url",
          "detail",
          "filename",
          "file_data",
          "file_id",
          "file_url",
          "input_audio",
          BREAKPOINT);

  private final Set<String> dropped;

  PartsReader(Set<String> dropped) {
    this.dropped = dropped;
  }

  /** The content in chat form: one text as a text, all else as parts. */
  JsonNode of(JsonNode content, String place) {
    if (content.isTextual()) {
      return content;
    }
    var parts = JsonNodeFactory.instance.arrayNode();
    int index = 0;
    for (var part : content) {
      part(parts, part, place + "/" + index);
      index++;
    }
    boolean text = isPlainText(parts);
    if (parts.isEmpty()) {
      return JsonNodeFactory.instance.textNode("");
    }
    return text ? parts.path(0).get("text") : parts;
  }

  /** Whether the parts are one text of which nothing more is said. */
  static boolean isPlainText(ArrayNode parts) {
    return parts.size() == 1 && parts.path(0).size() == 2 && parts.path(0).has("text");
  }

  private void part(ArrayNode parts, JsonNode part, String place) {
    var type = part.path("type").asText("");
    int before = parts.size();
    switch (type) {
      case "input_text", "output_text", "text" -> {
        if (!part.path("text").isTextual()) {
          throw RequestReader.malformed("\"%s/text\" must be a text.".formatted(place));
        }
        parts.addObject().put("type", "text").set("text", part.get("text"));
      }
      case "refusal" -> parts.addObject().put("type", type).set("refusal", part.path("refusal"));
      case "input_image" -> image(parts, part);
      case "input_file" -> file(parts, part);
      case "input_audio" ->
          parts.addObject().put("type", type).set("input_audio", part.path("input_audio"));
      case "" -> throw RequestReader.malformed("\"%s\" must have a \"type\".".formatted(place));
      default -> {
        dropped.add("input." + type);
        return;
      }
    }
    if (part.hasNonNull(BREAKPOINT)) {
      if (parts.path(before) instanceof ObjectNode read && read.has("text")) {
        read.set(BREAKPOINT, part.get(BREAKPOINT));
      } else {
        dropped.add("input.content." + BREAKPOINT); // OpenAI refuses one on an image
      }
    }
    for (var member : part.properties()) {
      if (!READ.contains(member.getKey()) && UnreadMembers.saysSomething(member.getValue())) {
        dropped.add("input.content." + member.getKey());
      }
    }
  }

  private void image(ArrayNode parts, JsonNode part) {
    if (!part.hasNonNull("image_url") && part.hasNonNull("file_id")) {
      file(parts, part);
      return;
    }
    var image = parts.addObject().put("type", "image_url").putObject("image_url");
    image.put("url", part.path("image_url").asText(""));
    if (part.hasNonNull("detail")) {
      image.set("detail", part.get("detail"));
    }
  }

  private void file(ArrayNode parts, JsonNode part) {
    var file = parts.addObject().put("type", "file").putObject("file");
    for (var name : List.of("filename", "file_data", "file_id")) {
      if (part.hasNonNull(name)) {
        file.set(name, part.get(name));
      }
    }
    if (part.hasNonNull("file_url")) {
      file.set("file_data", part.get("file_url"));
    }
    if (!part.path("detail").asText("auto").equals("auto")) {
      dropped.add("input.content.detail"); // which chat has of images that are not files
    }
  }
}
