package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/** Short names of long texts: SHA-256. */
final class Digest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final HexFormat HEX = HexFormat.of();

  private Digest() {}

  /** Names a text, byte for byte. */
  static String ofText(String text) {
    return "text:" + hex(text);
  }

  /** Names what a text says, if it is JSON: its spaces and the order of its members say nothing. */
  static String ofMeaning(String text) {
    return Content.parse(text).map(Digest::ofValue).orElseGet(() -> ofText(text));
  }

  /** Names a value. */
  static String ofValue(JsonNode value) {
    return "json:" + hex(canonical(value).toString());
  }

  private static JsonNode canonical(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var members = new TreeMap<String, JsonNode>();
        node.properties().forEach(one -> members.put(one.getKey(), canonical(one.getValue())));
        yield JSON.objectNode().setAll(members);
      }
      case ARRAY -> {
        var items = JSON.arrayNode(node.size());
        node.forEach(item -> items.add(canonical(item)));
        yield items;
      }
      case NUMBER -> {
        var number = node.decimalValue();
        yield JSON.numberNode(number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros());
      }
      case BINARY, BOOLEAN, MISSING, NULL, POJO, STRING -> node;
    };
  }

  /** The digest of a text in UTF-8, in hexadecimal. */
  static String hex(String text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HEX.formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
