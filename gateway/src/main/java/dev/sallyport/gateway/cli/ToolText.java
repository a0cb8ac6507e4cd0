package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.text.Unseen;
import java.util.ArrayList;
import java.util.List;

/** A definition of an item as text for a person: all of it, and nothing that a terminal obeys. */
final class ToolText {
  private ToolText() {}

  /**
   * One line a field, fields within fields indented; the description first and without its name.
   */
  static List<String> lines(JsonNode definition) {
    var lines = new ArrayList<String>();
    if (definition.has("description")) {
      lines.add(visible(definition.path("description").asText()));
    }
    for (var field : definition.properties()) {
      if (!field.getKey().equals("name") && !field.getKey().equals("description")) {
        add(lines, "", visible(field.getKey()), field.getValue());
      }
    }
    return lines;
  }

  private static void add(List<String> lines, String indent, String name, JsonNode value) {
    if (value.isObject() && !value.isEmpty()) {
      lines.add(indent + name + ":");
      for (var field : value.properties()) {
        add(lines, indent + "  ", visible(field.getKey()), field.getValue());
      }
    } else if (value.isArray() && holdsContainers(value)) {
      lines.add(indent + name + ":");
      for (var element : value) {
        add(lines, indent + "  ", "-", element);
      }
    } else {
      lines.add(
          indent + name + ": " + visible(value.isTextual() ? value.asText() : value.toString()));
    }
  }

  private static boolean holdsContainers(JsonNode array) {
    for (var element : array) {
      if (element.isContainerNode()) {
        return true;
      }
    }
    return false;
  }

  /** The text with every character escaped that moves or hides others, line ends among them. */
  static String visible(String text) {
    return Unseen.escaped(text);
  }
}
