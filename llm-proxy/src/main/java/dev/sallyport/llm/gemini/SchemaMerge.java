package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import java.util.List;

/** Makes one schema of one that consists of several. */
final class SchemaMerge {
  private static final List<String> TOGETHER = List.of("properties", "$defs");

  private SchemaMerge() {}

  /** The schema, and in it all that stands in its {@code allOf}. */
  static ObjectNode merged(ObjectNode schema, SchemaReferences references)
      throws CannotCarryException {
    if (!schema.path("allOf").isArray()) {
      return schema;
    }
    var merged = schema.deepCopy();
    merged.remove("allOf");
    for (var part : schema.path("allOf")) {
      add(merged, merged(references.resolved(part), references));
    }
    return merged;
  }

  private static void add(ObjectNode merged, ObjectNode part) {
    for (var member : part.properties()) {
      var name = member.getKey();
      JsonNode value = member.getValue();
      if (TOGETHER.contains(name) && merged.path(name) instanceof ObjectNode before) {
        value.properties().forEach(one -> before.putIfAbsent(one.getKey(), one.getValue()));
      } else if (name.equals("required") && merged.path(name).isArray()) {
        value.forEach(merged.withArray("/required")::add);
      } else {
        merged.putIfAbsent(name, value);
      }
    }
  }
}
