package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of what a message in chat form holds.
 *
 * @param part as the caller wrote it
 * @param place where it stands, for the caller
 */
public record ContentPart(JsonNode part, String place) {
  /**
   * The parts of a content: none of null, and one part of what is nothing but a text.
   *
   * @throws CannotCarryException if it is none of these, nor a list
   */
  public static List<ContentPart> of(JsonNode content, String place) throws CannotCarryException {
    if (content.isTextual()) {
      var text = JsonNodeFactory.instance.objectNode().put("type", "text");
      return List.of(new ContentPart(text.set("text", content), place));
    }
    if (!content.isArray() && !content.isNull() && !content.isMissingNode()) {
      throw new CannotCarryException(place + " must be a text or a list of parts.");
    }
    var parts = new ArrayList<ContentPart>();
    for (var part : content) {
      parts.add(new ContentPart(part, place + "/" + parts.size()));
    }
    return parts;
  }
}
