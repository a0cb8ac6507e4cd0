package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Set;

/** Takes away members that are null, but none of a JSON schema, where null is a word. */
final class Nulls {
  private static final Set<String> SCHEMAS = Set.of("parameters", "schema");

  private Nulls() {}

  static JsonNode without(String name, JsonNode value) {
    if (value.isNull()) {
      return MissingNode.getInstance();
    }
    if (SCHEMAS.contains(name) || !value.isContainerNode()) {
      return value;
    }
    if (value.isArray()) {
      var list = JsonNodeFactory.instance.arrayNode(value.size());
      value.forEach(one -> list.add(one.isNull() ? one : without("", one)));
      return list;
    }
    var object = JsonNodeFactory.instance.objectNode();
    value
        .properties()
        .forEach(field -> {
          var kept = without(field.getKey(), field.getValue());
          if (!kept.isMissingNode()) {
            object.set(field.getKey(), kept);
          }
        });
    return object;
  }
}
