package dev.sallyport.vault.redact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.vault.PieceScan;
import dev.sallyport.vault.Redactor;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes one lent secret out of what comes back and puts {@code [REDACTED:credential]} in its place.
 *
 * <p>Found in streams, texts and trees, whatever the chunks: the secret as it is and in any case;
 * with any of its characters escaped for JSON (once or twice), URLs (once or twice), forms or HTML;
 * in UTF-16; in hexadecimal, also with separators; reversed; in base64 of either alphabet, wherever
 * in the data it stands. For secrets of up to {@value Forms#MAX_THOROUGH} characters also with line
 * breaks in base64, with a separator between all characters, and in rot13. In trees, which are
 * complete, also in base64 or gzip within base64, two layers deep. In texts that come in pieces,
 * also over several of them.
 *
 * <p>Not found: a secret in two halves in different texts, encrypted, in an encoding or a
 * compression that is not named here, or deeper than two layers. A server that has the secret and
 * means harm can always make one up: what counts is which server it is lent to.
 */
public final class SecretRedactor implements Redactor {
  private final Automaton automaton;
  private final String replacement;
  private final AtomicInteger found = new AtomicInteger();

  /**
   * A redactor for one loan.
   *
   * @param credential the name to leave in the secret's place
   */
  public SecretRedactor(Automaton automaton, String credential) {
    this.automaton = automaton;
    this.replacement = "[REDACTED:" + credential + "]";
  }

  @Override
  public InputStream redact(InputStream in) {
    return new SiftedStream(in, sieve(), found);
  }

  @Override
  public String redact(String text) {
    if (!holdsSecret(text)) {
      return text;
    }
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    var sieve = sieve();
    sieve.sift(bytes, 0, bytes.length, out);
    out.writeBytes(sieve.rest());
    found.addAndGet(sieve.found());
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public JsonNode redact(JsonNode tree) {
    var unpacking = new Unpacking(this::holdsSecret, replacement);
    var redacted = redact(tree, unpacking);
    found.addAndGet(unpacking.found());
    return redacted;
  }

  @Override
  public int found() {
    return found.get();
  }

  @Override
  public List<PieceScan> scans() {
    return List.of(new SecretScan(automaton, replacement, found));
  }

  private Sieve sieve() {
    return new Sieve(automaton, replacement.getBytes(StandardCharsets.US_ASCII));
  }

  private JsonNode redact(JsonNode tree, Unpacking unpacking) {
    return switch (tree) {
      case ObjectNode object -> redactObject(object, unpacking);
      case ArrayNode array -> redactArray(array, unpacking);
      case TextNode text -> {
        var value = text.textValue();
        var redacted = unpacking.redact(redact(value));
        yield same(value, redacted) ? text : TextNode.valueOf(redacted);
      }
      default -> {
        var value = tree.asText();
        yield tree.isNumber() && holdsSecret(value) ? TextNode.valueOf(redact(value)) : tree;
      }
    };
  }

  /** Whether nothing was redacted, which gives back the same instance. */
  @SuppressWarnings("ReferenceEquality") // meant: equal texts need not be compared
  private static boolean same(Object before, Object after) {
    return before == after;
  }

  private JsonNode redactObject(ObjectNode object, Unpacking unpacking) {
    ObjectNode copy = null;
    int unchanged = 0;
    for (var field : object.properties()) {
      var name = unpacking.redact(redact(field.getKey()));
      var value = redact(field.getValue(), unpacking);
      if (copy == null && same(name, field.getKey()) && same(value, field.getValue())) {
        unchanged++;
        continue;
      }
      copy = copy == null ? firstOf(object, unchanged) : copy;
      copy.set(name, value);
    }
    return copy == null ? object : copy;
  }

  private static ObjectNode firstOf(ObjectNode object, int count) {
    var copy = JsonNodeFactory.instance.objectNode();
    object
        .propertyStream()
        .limit(count)
        .forEach(field -> copy.set(field.getKey(), field.getValue()));
    return copy;
  }

  private JsonNode redactArray(ArrayNode array, Unpacking unpacking) {
    var copy = JsonNodeFactory.instance.arrayNode(array.size());
    boolean changed = false;
    for (var element : array) {
      var value = redact(element, unpacking);
      changed |= !same(value, element);
      copy.add(value);
    }
    return changed ? copy : array;
  }

  private boolean holdsSecret(String text) {
    int state = Automaton.IDLE;
    for (int i = 0; i < text.length(); i++) {
      state = automaton.next(state, text.charAt(i));
      if (state == Automaton.FOUND) {
        return true;
      }
    }
    return false;
  }

  private boolean holdsSecret(byte[] bytes) {
    int state = Automaton.IDLE;
    for (byte b : bytes) {
      state = automaton.next(state, b & 0xff);
      if (state == Automaton.FOUND) {
        return true;
      }
    }
    return false;
  }
}
