package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a value apart into fields that are called by where they stand in it, as in {@code
 * deep[member]}. OpenAPI 3.1, "Style Values", defines that for one level of plain values; deeper
 * ones go on in the same way, an element of a list by its number from 0, and a value that is no
 * object has the bare name, as the servers do that describe themselves so.
 */
final class DeepObject {
  private DeepObject() {}

  /** A field, not encoded yet. */
  record Field(String name, String value) {}

  /**
   * The fields, in the order of the value.
   *
   * @throws UnfitArgumentException if a null is in it, or a name that would stand for another place
   */
  static List<Field> of(String argument, String name, JsonNode value) {
    var fields = new ArrayList<Field>();
    add(argument, name, value, fields);
    return fields;
  }

  private static void add(String argument, String name, JsonNode value, List<Field> fields) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(member -> {
            var key = member.getKey();
            if (key.contains("[") || key.contains("]")) {
              throw new UnfitArgumentException(argument, "holds a name with a bracket in it");
            }
            add(argument, name + "[" + key + "]", member.getValue(), fields);
          });
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        add(argument, name + "[" + i + "]", value.path(i), fields);
      }
    } else {
      fields.add(new Field(name, ScalarText.of(argument, value)));
    }
  }
}
