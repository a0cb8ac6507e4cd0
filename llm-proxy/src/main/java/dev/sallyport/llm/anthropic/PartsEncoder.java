package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ContentPart;
import dev.sallyport.llm.spi.DataUrl;
import java.util.Set;

/** Turns the content of chat messages into Anthropic's blocks. */
final class PartsEncoder {
  private final Set<String> dropped;

  PartsEncoder(Set<String> dropped) {
    this.dropped = dropped;
  }

  /** The blocks of content that can be nothing but text. */
  ArrayNode texts(JsonNode content, String place) throws CannotCarryException {
    var blocks = blocks(content, place);
    for (var block : blocks) {
      if (!block.path("type").asText().equals("text")) {
        throw new CannotCarryException(place + " can only be text for this model's provider.");
      }
    }
    return blocks;
  }

  /** The blocks of content. Blank texts are left out: Anthropic refuses them. */
  ArrayNode blocks(JsonNode content, String place) throws CannotCarryException {
    var blocks = JsonNodeFactory.instance.arrayNode();
    for (var one : ContentPart.of(content, place)) {
      part(blocks, one.part(), one.place());
    }
    return blocks;
  }

  private void part(ArrayNode blocks, JsonNode part, String place) throws CannotCarryException {
    int before = blocks.size();
    switch (part.path("type").asText("")) {
      case "text" -> text(blocks, part.path("text"));
      case "refusal" -> text(blocks, part.path("refusal"));
      case "image_url" -> image(blocks, part.path("image_url"), place);
      case "file" -> file(blocks, part.path("file"), place);
      default ->
          throw new CannotCarryException(
              place + " is of a kind that cannot be carried to the provider of this model.");
    }
    if (blocks.size() > before
        && part.path("cache_control").isObject()
        && blocks.get(before) instanceof ObjectNode block) {
      block.set("cache_control", part.path("cache_control"));
    }
  }

  private static void text(ArrayNode blocks, JsonNode text) {
    if (text.isTextual() && !text.textValue().isBlank()) {
      blocks.addObject().put("type", "text").set("text", text);
    }
  }

  private void image(ArrayNode blocks, JsonNode image, String place) throws CannotCarryException {
    var url = image.isTextual() ? image.textValue() : image.path("url").asText("");
    if (!image.path("detail").asText("auto").equals("auto")) {
      dropped.add("image_url.detail");
    }
    var source = blocks.addObject().put("type", "image").putObject("source");
    var data = DataUrl.of(url);
    if (data.isPresent()) {
      bytes(source, data.get());
    } else if (url.startsWith("https://") || url.startsWith("http://")) {
      source.put("type", "url").put("url", url);
    } else {
      throw new CannotCarryException(
          place + "/image_url/url must be http, https, or data with base64.");
    }
  }

  private static void file(ArrayNode blocks, JsonNode file, String place)
      throws CannotCarryException {
    var given = file.path("file_data").asText("");
    var data = DataUrl.of(given);
    var block = blocks.addObject().put("type", "document");
    var source = block.putObject("source");
    if (data.isPresent() && data.get().isText()) {
      source.put("type", "text").put("media_type", "text/plain");
      source.put("data", data.get().text(place + "/file/file_data"));
    } else if (data.isPresent()) {
      bytes(source, data.get());
    } else if (given.startsWith("https://") || given.startsWith("http://")) {
      source.put("type", "url").put("url", given);
    } else {
      throw new CannotCarryException(
          place
              + "/file must hold file_data, as https or as data with base64, for this model's"
              + " provider.");
    }
    if (file.path("filename").isTextual()) {
      block.set("title", file.path("filename"));
    }
  }

  private static void bytes(ObjectNode source, DataUrl data) {
    source.put("type", "base64").put("media_type", data.mediaType()).put("data", data.base64());
  }
}
