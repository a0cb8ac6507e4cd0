package dev.sallyport.identity.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.digest.Sha256;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Names what a document said, whoever wrote it down and however: the order of its fields and the
 * way its numbers are written do not matter.
 */
public final class ResourceVersion {
  private static final int BYTES = 6;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ResourceVersion() {}

  /** The first 12 hexadecimal digits of the SHA-256 of the document's canonical form. */
  public static String of(Resource resource) {
    return HexFormat.of().formatHex(Sha256.of(canonicalForm(resource)), 0, BYTES);
  }

  private static byte[] canonicalForm(Resource resource) {
    var metadata = NODES.objectNode().put("name", resource.name());
    if (!resource.labels().isEmpty()) {
      resource.labels().forEach(metadata.putObject("labels")::put);
    }
    var document =
        NODES
            .objectNode()
            .put("apiVersion", resource.apiVersion())
            .put("kind", resource.kind())
            .<ObjectNode>set("metadata", metadata)
            .<ObjectNode>set("spec", resource.spec());
    try {
      return MAPPER.writeValueAsString(canonical(document)).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a document that is not JSON", e);
    }
  }

  private static JsonNode canonical(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var fields = new TreeMap<String, JsonNode>();
        node.properties().forEach(field -> fields.put(field.getKey(), canonical(field.getValue())));
        yield NODES.objectNode().setAll(fields);
      }
      case ARRAY -> {
        var items = NODES.arrayNode(node.size());
        node.forEach(item -> items.add(canonical(item)));
        yield items;
      }
      case NUMBER -> Double.isFinite(node.doubleValue()) ? number(node.decimalValue()) : node;
      case BINARY, BOOLEAN, MISSING, NULL, POJO, STRING -> node;
    };
  }

  private static JsonNode number(BigDecimal number) {
    return NODES.numberNode(number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros());
  }
}
