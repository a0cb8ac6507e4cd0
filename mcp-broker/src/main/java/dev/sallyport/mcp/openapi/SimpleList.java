package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.openapi.Parameter.Style;
import java.util.ArrayList;
import java.util.List;

/** Takes a value apart that is written with commas. Source: OpenAPI 3.1, "Style Values". */
final class SimpleList {
  private SimpleList() {}

  /** Its items, each of one piece, or of two that {@code =} stands between. */
  static List<List<String>> of(Parameter parameter, JsonNode value) {
    var argument = parameter.argument();
    if (parameter.style() == Style.JSON) {
      return List.of(List.of(FieldValues.json(value)));
    }
    var items = new ArrayList<List<String>>();
    if (value.isArray()) {
      value.forEach(item -> items.add(List.of(ScalarText.of(argument, item))));
    } else if (value.isObject()) {
      value
          .properties()
          .forEach(member -> {
            var text = ScalarText.of(argument, member.getValue());
            if (parameter.exploded()) {
              items.add(List.of(member.getKey(), text));
            } else {
              items.add(List.of(member.getKey()));
              items.add(List.of(text));
            }
          });
    } else {
      items.add(List.of(ScalarText.of(argument, value)));
    }
    return items;
  }
}
