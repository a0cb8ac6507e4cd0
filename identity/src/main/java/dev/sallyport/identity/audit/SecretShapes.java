package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/**
 * Takes out of arguments what by its name or its form is a secret, whoever's it is: an agent may
 * have one of its own and send it.
 */
final class SecretShapes {
  static final String REDACTED = "[REDACTED]";

  private static final Pattern NAME =
      Pattern.compile(
          "(?i).*(passw(or)?d|passphrase|secret|api[-_]?key|access[-_]?key|private[-_]?key"
              + "|authorization|cookie|credential|(^|[-_])(access|auth|bearer|id|refresh)[-_]?token"
              + "|^token$).*");

  /**
   * Tokens and keys that can be told by how they begin. However hostile a text is, each of its
   * characters is looked at a bounded number of times: what may be long is either taken at once, or
   * bounded, or looked for only where a run of its characters begins.
   */
  private static final Pattern FORM =
      Pattern.compile(
          "(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]{11,}+\\.[A-Za-z0-9_-]*+\\.)[A-Za-z0-9_-]*?eyJ"
              + "[A-Za-z0-9_-]{8,}+(\\.[A-Za-z0-9_-]*+){2,4}+"
              + "|-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?s:.*?)(-----END [A-Z ]{0,40}-----|\\z)"
              + "|(?i:\\b(bearer|basic)\\s++[A-Za-z0-9._~+/=-]{8,}+)"
              + "|\\b(spk_|sk-|sk_live_|rk_live_|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abeprs]-|AIza"
              + "|hvs\\.|npm_|pypi-)[A-Za-z0-9_.-]{8,}+|\\b(AKIA|ASIA)[A-Z0-9]{16}\\b"
              + "|(?<=://)[^\\s/?#:@]*+:[^\\s/?#]+(?=@)");

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

  /** A text without what looks like a secret. */
  static String redact(CharSequence text) {
    return FORM.matcher(text).replaceAll(REDACTED);
  }

  private JsonNode without(JsonNode tree) {
    return switch (tree) {
      case ObjectNode object -> object(object);
      case ArrayNode array -> array(array);
      case TextNode text -> text(text);
      default -> tree;
    };
  }

  private JsonNode object(ObjectNode object) {
    var copy = JsonNodeFactory.instance.objectNode();
    for (var field : object.properties()) {
      var value = field.getValue();
      boolean named = NAME.matcher(field.getKey()).matches() && value.isTextual();
      copy.set(field.getKey(), named ? redacted() : without(value));
    }
    return copy;
  }

  private JsonNode array(ArrayNode array) {
    var copy = JsonNodeFactory.instance.arrayNode(array.size());
    array.forEach(value -> copy.add(without(value)));
    return copy;
  }

  private JsonNode text(TextNode text) {
    if (!FORM.matcher(text.textValue()).find()) {
      return text;
    }
    found = true;
    return TextNode.valueOf(redact(text.textValue()));
  }

  private JsonNode redacted() {
    found = true;
    return TextNode.valueOf(REDACTED);
  }
}
