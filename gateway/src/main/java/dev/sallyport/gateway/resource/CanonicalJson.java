package dev.sallyport.gateway.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.Resource;
import java.util.TreeMap;

/** One text for one document, whatever the order of its fields. */
final class CanonicalJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private CanonicalJson() {}

  /** The text of a tree, its fields in order. */
  static String text(JsonNode tree) {
    try {
      return MAPPER.writeValueAsString(sorted(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * The object that a text from this class stands for.
   *
   * @throws JsonProcessingException if it is not such a text
   */
  static ObjectNode object(String text) throws JsonProcessingException {
    return MAPPER.readValue(text, ObjectNode.class);
  }

  /** The whole document of a resource. */
  static ObjectNode document(Resource resource) {
    var document = JsonNodeFactory.instance.objectNode();
    document.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    var metadata = document.putObject("metadata").put("name", resource.name());
    if (!resource.labels().isEmpty()) {
      var labels = metadata.putObject("labels");
      new TreeMap<>(resource.labels()).forEach(labels::put);
    }
    document.set("spec", resource.spec());
    return document;
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree.isObject()) {
      var fields = new TreeMap<String, JsonNode>();
      tree.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      var object = JsonNodeFactory.instance.objectNode();
      object.setAll(fields);
      return object;
    }
    if (tree.isArray()) {
      var array = JsonNodeFactory.instance.arrayNode();
      tree.forEach(item -> array.add(sorted(item)));
      return array;
    }
    return tree;
  }
}
