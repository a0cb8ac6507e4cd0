package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.openapi.RequestBody.Field;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;

/** Writes the fields of a form. Source: URL Standard, "application/x-www-form-urlencoded". */
final class FormWriter {
  private final String argument;
  private final Map<String, Field> fields;

  /**
   * A writer.
   *
   * @param argument in which the fields are
   * @param fields how they are written, by name, where that is said
   */
  FormWriter(String argument, Map<String, Field> fields) {
    this.argument = argument;
    this.fields = fields;
  }

  /**
   * The fields of an object.
   *
   * @throws UnfitArgumentException if it is none, or cannot be written
   */
  String write(JsonNode value) {
    FieldValues.requireObject(argument, value);
    var pairs = new ArrayList<String>();
    for (var member : value.properties()) {
      var name = member.getKey();
      var given = member.getValue();
      requireFree(name);
      switch (fields.getOrDefault(name, Field.USUAL)) {
        case JSON -> pairs.add(pair(name, FieldValues.json(given)));
        case COMMAS -> pairs.add(encoded(name) + "=" + commas(given));
        case DEEP_OBJECT ->
            DeepObject.of(argument, name, given)
                .forEach(field -> pairs.add(pair(field.name(), field.value())));
        case USUAL ->
            FieldValues.items(given)
                .forEach(item -> pairs.add(pair(name, FieldValues.textOrJson(argument, item))));
      }
    }
    return String.join("&", pairs);
  }

  private void requireFree(String name) {
    for (var field : fields.entrySet()) {
      if (field.getValue() == Field.DEEP_OBJECT && DeepObject.isWithin(field.getKey(), name)) {
        throw new UnfitArgumentException(
            argument, "holds a field that would stand for a part of another");
      }
    }
  }

  private String commas(JsonNode value) {
    if (!value.isArray()) {
      return encoded(ScalarText.of(argument, value));
    }
    var items = new ArrayList<String>();
    value.forEach(item -> items.add(encoded(ScalarText.of(argument, item))));
    return String.join(",", items);
  }

  private static String pair(String name, String value) {
    return encoded(name) + "=" + encoded(value);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
