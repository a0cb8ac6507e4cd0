package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the values of the fields of a form are, and of the parts of a body. */
final class FieldValues {
  private FieldValues() {}

  /**
   * Checks that a value has fields.
   *
   * @throws UnfitArgumentException if it is no object
   */
  static void requireObject(String argument, JsonNode value) {
    if (!value.isObject()) {
      throw new UnfitArgumentException(argument, "must be an object");
    }
  }

  /** The values of the fields of one name; none for null. */
  static List<JsonNode> items(JsonNode value) {
    if (value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      return List.of(value);
    }
    var items = new ArrayList<JsonNode>();
    value.forEach(items::add);
    return items;
  }

  static String textOrJson(String argument, JsonNode value) {
    return value.isContainerNode() ? json(value) : ScalarText.of(argument, value);
  }

  static String json(JsonNode value) {
    return new String(Json.bytes(value), StandardCharsets.UTF_8);
  }
}
