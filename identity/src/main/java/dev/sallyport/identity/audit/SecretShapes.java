package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes out of arguments what by its name or its form is a secret, whoever's it is: an agent may
 * have one of its own and send it. What names a secret has its value replaced, whatever that is,
 * but for what tells how many or whether: true, false, null and whole numbers of at most six
 * digits. What is static is thread-safe.
 */
public final class SecretShapes {
  static final String REDACTED = "[REDACTED]";

  private static final Pattern NAME =
      Pattern.compile(
          "(?i)passw(or)?d|passphrase|secret|api[-_]?key|access[-_]?key|private[-_]?key"
              + "|authorization|cookie|credential|(^|[-_])(access|auth|bearer|id|refresh)[-_]?token"
              + "|^token$");

  /**
   * Tokens and keys that can be told by how they begin. However hostile a text is, each of its
   * characters is looked at a bounded number of times: what may be long is either taken at once, or
   * bounded, or looked for only where a run of its characters begins.
   */
  private static final Pattern FORM =
      Pattern.compile(
          "(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]{11,}+\\.[A-Za-z0-9_-]*+\\.)[A-Za-z0-9_-]*?eyJ[A-Za-z0-9_-]{8,}+(\\.[A-Za-z0-9_-]*+){2,4}+|-----BEGIN"
              + " [A-Z ]{0,40}PRIVATE KEY-----(?s:.*?)(-----END [A-Z ]{0,40}-----|\\z)"
              + "|(?i:\\b(bearer|basic)\\s++[A-Za-z0-9._~+/=-]{8,}+)"
              + "|\\b(spk_|sk-|sk_live_|rk_live_|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abeprs]-|AIza"
              + "|hvs\\.|npm_|pypi-)[A-Za-z0-9_.-]{8,}+|\\b(AKIA|ASIA)[A-Z0-9]{16}\\b"
              + "|(?<=://)[^\\s/?#:@]*+:[^\\s/?#]+(?=@)");

  /** The largest number that is left where a secret is named. */
  private static final int MAX_COUNT = 999_999;

  private boolean found;

  private SecretShapes() {}

  /**
   * A tree without what had to go.
   *
   * @param found whether anything had to
   */
  record Cleaned(JsonNode tree, boolean found) {}

  static Cleaned clean(JsonNode tree) {
    var shapes = new SecretShapes();
    var clean = shapes.without(tree);
    return new Cleaned(clean, shapes.found);
  }

  /** Parts of a tree, by the JSON pointers to where they stood: every name on the way counts. */
  static Cleaned cleanParts(JsonNode parts) {
    var shapes = new SecretShapes();
    var clean = JsonNodeFactory.instance.objectNode();
    for (var part : parts.properties()) {
      boolean named = Stream.of(part.getKey().split("/")).anyMatch(SecretShapes::namesSecret);
      clean.set(part.getKey(), shapes.value(named, part.getValue()));
    }
    return new Cleaned(clean, shapes.found);
  }

  /** Whether a text holds what by its form is a secret, whatever it is called. */
  public static boolean isIn(String text) {
    return !redact(text).equals(text);
  }

  /** Whether what is called so is a secret, whatever its form. */
  public static boolean namesSecret(String name) {
    return NAME.matcher(name).find();
  }

  /** A text without what looks like a secret. */
  static String redact(CharSequence text) {
    return FORM.matcher(text).replaceAll(REDACTED);
  }

  private JsonNode without(JsonNode tree) {
    return switch (tree) {
      case ObjectNode object -> object(object);
      case ArrayNode array -> array(array);
      case TextNode text -> TextNode.valueOf(text(text.textValue()));
      default -> tree;
    };
  }

  private JsonNode object(ObjectNode object) {
    var copy = JsonNodeFactory.instance.objectNode();
    for (var field : object.properties()) {
      var name = field.getKey();
      copy.set(text(name), value(namesSecret(name), field.getValue()));
    }
    return copy;
  }

  private JsonNode array(ArrayNode array) {
    var copy = JsonNodeFactory.instance.arrayNode(array.size());
    array.forEach(value -> copy.add(without(value)));
    return copy;
  }

  private JsonNode value(boolean named, JsonNode value) {
    if (!named || isCount(value)) {
      return without(value);
    }
    found = true;
    return TextNode.valueOf(REDACTED);
  }

  private static boolean isCount(JsonNode value) {
    return value.isBoolean()
        || value.isNull()
        || (value.isIntegralNumber()
            && value.canConvertToInt()
            && value.intValue() >= -MAX_COUNT
            && value.intValue() <= MAX_COUNT);
  }

  private String text(String text) {
    var clean = redact(text);
    found |= !clean.equals(text);
    return clean;
  }
}
