package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Map;

/** Short names of long texts: SHA-256. */
final class Digest {
  private static final HexFormat HEX = HexFormat.of();

  /** Never given any input: to copy it takes less than to look one up. */
  private static final MessageDigest BLANK = lookedUp();

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
    var said = new StringBuilder();
    say(value, said);
    return "json:" + hex(said.toString());
  }

  /**
   * Says what a value is, so that no other says the same. Texts are as long as is said before them,
   * and so need no escapes.
   */
  private static void say(JsonNode node, StringBuilder said) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        said.append('{');
        var members = new ArrayList<>(node.properties());
        members.sort(Map.Entry.comparingByKey());
        for (var member : members) {
          say(member.getKey(), said);
          say(member.getValue(), said);
        }
        said.append('}');
      }
      case ARRAY -> {
        said.append('[');
        node.forEach(item -> say(item, said));
        said.append(']');
      }
      case STRING -> say(node.textValue(), said);
      case NUMBER -> {
        var number = node.decimalValue();
        said.append(number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros());
        said.append(' ');
      }
      case BINARY, BOOLEAN, MISSING, NULL, POJO -> said.append(node).append(' ');
    }
  }

  private static void say(String text, StringBuilder said) {
    said.append('"').append(text.length()).append(':').append(text);
  }

  /** The digest of a text in UTF-8, in hexadecimal. */
  static String hex(String text) {
    return HEX.formatHex(blank().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest blank() {
    try {
      return (MessageDigest) BLANK.clone();
    } catch (CloneNotSupportedException _) {
      return lookedUp();
    }
  }

  private static MessageDigest lookedUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
