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
  /** The most that names and values of one object are together, in characters. */
  static final int MAX_CHARACTERS = 1 << 20;

  private final String argument;
  private final List<Field> fields = new ArrayList<>();
  private int left = MAX_CHARACTERS;

  private DeepObject(String argument) {
    this.argument = argument;
  }

  /** A field, not encoded yet. */
  record Field(String name, String value) {}

  /**
   * The fields, in the order of the value.
   *
   * @throws UnfitArgumentException if a null is in it, or a name that would stand for another
   *     place, or if it is larger than {@link #MAX_CHARACTERS}
   */
  static List<Field> of(String argument, String name, JsonNode value) {
    var object = new DeepObject(argument);
    object.add(name, value);
    return object.fields;
  }

  /** Whether a field is called as one of an object of this name. */
  static boolean isWithin(String name, String field) {
    return field.startsWith(name + "[");
  }

  private void add(String name, JsonNode value) {
    if (value.isObject()) {
      value.properties().forEach(member -> add(named(name, member.getKey()), member.getValue()));
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        add(inner(name, String.valueOf(i)), value.path(i));
      }
    } else {
      var text = ScalarText.of(argument, value);
      take(text.length());
      fields.add(new Field(name, text));
    }
  }

  private String named(String name, String key) {
    if (key.contains("[") || key.contains("]")) {
      throw new UnfitArgumentException(argument, "holds a name with a bracket in it");
    }
    return inner(name, key);
  }

  private String inner(String name, String key) {
    take((long) name.length() + key.length());
    return name + "[" + key + "]";
  }

  private void take(long characters) {
    if (characters > left) {
      throw new UnfitArgumentException(argument, "is too large to be written field by field");
    }
    left -= (int) characters;
  }
}
