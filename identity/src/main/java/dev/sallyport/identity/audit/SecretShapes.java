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

  /** Tokens and keys that can be told by how they begin. */
  private static final Pattern FORM =
      Pattern.compile(
          "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*|-----BEGIN [A-Z ]{0,40}PRIVATE"
              + " KEY-----[^-]*(-----END [A-Z ]{0,40}-----)?"
              + "|(?i:\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,})"
              + "|\\b(spk_|sk-|sk_live_|rk_live_|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abeprs]-|AIza"
              + "|hvs\\.|npm_|pypi-)[A-Za-z0-9_.-]{8,}|\\b(AKIA|ASIA)[A-Z0-9]{16}\\b"
              + "|(?<=://)[^\\s/:@]{1,256}:[^\\s/@]{1,256}(?=@)");

  private SecretShapes() {}

  /** The same instance if nothing had to go. */
  static JsonNode redact(JsonNode tree) {
    return switch (tree) {
      case ObjectNode object -> object(object);
      case ArrayNode array -> array(array);
      case TextNode text -> text(text);
      default -> tree;
    };
  }

  private static JsonNode object(ObjectNode object) {
    var copy = JsonNodeFactory.instance.objectNode();
    for (var field : object.properties()) {
      var value = field.getValue();
      boolean named = NAME.matcher(field.getKey()).matches() && value.isTextual();
      copy.set(field.getKey(), named ? TextNode.valueOf(REDACTED) : redact(value));
    }
    return copy.equals(object) ? object : copy;
  }

  private static JsonNode array(ArrayNode array) {
    var copy = JsonNodeFactory.instance.arrayNode(array.size());
    array.forEach(value -> copy.add(redact(value)));
    return copy.equals(array) ? array : copy;
  }

  private static JsonNode text(TextNode text) {
    var matcher = FORM.matcher(text.textValue());
    return matcher.find() ? TextNode.valueOf(matcher.replaceAll(REDACTED)) : text;
  }
}
