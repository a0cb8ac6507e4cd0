package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.openapi.Parameter.Place;
import dev.sallyport.mcp.openapi.Parameter.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the query of one request. Source: OpenAPI 3.1, "Style Values". */
final class QueryWriter {
  private final MemberNames names;
  private final List<String> pairs = new ArrayList<>();

  /**
   * An empty query.
   *
   * @param parameters all of the operation
   */
  QueryWriter(List<Parameter> parameters) {
    this.names = new MemberNames(parameters);
  }

  /** The query with its question mark, or nothing. */
  String text() {
    return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
  }

  void add(Parameter parameter, JsonNode value) {
    if (parameter.place() == Place.QUERYSTRING) {
      var whole = whole(parameter, value);
      if (!whole.isEmpty()) {
        pairs.add(whole);
      }
    } else if (parameter.style() == Style.JSON) {
      pair(parameter.name(), FieldValues.json(value));
    } else if (parameter.style() == Style.DEEP_OBJECT) {
      DeepObject.of(parameter.argument(), parameter.name(), value)
          .forEach(field -> {
            names.take(parameter, field.name());
            pair(field.name(), field.value());
          });
    } else if (value.isArray()) {
      addList(parameter, value);
    } else if (value.isObject()) {
      addObject(parameter, value);
    } else {
      pair(parameter.name(), ScalarText.of(parameter.argument(), value));
    }
  }

  /** The value in the place of a whole query. Source: OpenAPI 3.2, "Parameter Object Examples". */
  private static String whole(Parameter parameter, JsonNode value) {
    var argument = parameter.argument();
    return switch (parameter.style()) {
      case FIELDS -> new FormWriter(argument, parameter.fields()).write(value);
      case JSON -> ScalarText.encoded(FieldValues.json(value));
      case SIMPLE,
          SEGMENTS,
          LABEL,
          MATRIX,
          FORM,
          SPACE_DELIMITED,
          PIPE_DELIMITED,
          DEEP_OBJECT,
          COOKIE,
          TEXT ->
          ScalarText.encoded(ScalarText.of(argument, value));
    };
  }

  private void addList(Parameter parameter, JsonNode list) {
    var items = new ArrayList<String>();
    list.forEach(item -> items.add(ScalarText.of(parameter.argument(), item)));
    if (parameter.exploded()) {
      items.forEach(item -> pair(parameter.name(), item));
    } else if (!items.isEmpty()) {
      joined(parameter, items);
    }
  }

  private void addObject(Parameter parameter, JsonNode object) {
    var items = new ArrayList<String>();
    object
        .properties()
        .forEach(member -> {
          var text = ScalarText.of(parameter.argument(), member.getValue());
          if (parameter.exploded()) {
            names.take(parameter, member.getKey());
            pair(member.getKey(), text);
          } else {
            items.add(member.getKey());
            items.add(text);
          }
        });
    if (!items.isEmpty()) {
      joined(parameter, items);
    }
  }

  private void joined(Parameter parameter, List<String> items) {
    var value =
        items.stream()
            .map(ScalarText::encoded)
            .collect(Collectors.joining(parameter.style().delimiter()));
    pairs.add(ScalarText.encoded(parameter.name()) + "=" + value);
  }

  private void pair(String name, String value) {
    pairs.add(ScalarText.encoded(name) + "=" + ScalarText.encoded(value));
  }
}
