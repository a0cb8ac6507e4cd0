package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The order in which the quarantined model is given the options of a question: another for each
 * call, by a key that nobody else has. So no text can mean an option by its place. Thread-safe.
 */
final class OptionOrder {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final String ENUM = "enum";

  private final SecretKeySpec key;

  OptionOrder(SecureRandom random) {
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** A schema with the words of each of its enums in the order of this call. */
  JsonNode permuted(JsonNode schema, String call) {
    if (schema.isArray()) {
      var items = JsonNodeFactory.instance.arrayNode();
      schema.forEach(item -> items.add(permuted(item, call)));
      return items;
    }
    if (!schema.isObject()) {
      return schema;
    }
    ObjectNode permuted = JsonNodeFactory.instance.objectNode();
    for (var member : schema.properties()) {
      var words = member.getKey().equals(ENUM) && member.getValue().isArray();
      permuted.set(
          member.getKey(),
          words ? words(member.getValue(), call) : permuted(member.getValue(), call));
    }
    return permuted;
  }

  private JsonNode words(JsonNode words, String call) {
    List<JsonNode> ordered = new ArrayList<>();
    words.forEach(ordered::add);
    ordered.sort(Comparator.comparing(word -> place(call, word.asText())));
    return JsonNodeFactory.instance.arrayNode().addAll(ordered);
  }

  private String place(String call, String word) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(call.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return HexFormat.of().formatHex(mac.doFinal(word.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "OptionOrder[]";
  }
}
