package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Puts in the place of each reference of a schema what it refers to, as far as that ends. */
final class SchemaReferences {
  private static final int MOST_SCHEMAS = 10_000;
  private static final int DEEPEST = 64;
  private static final int MOST_ENTERED = 256;
  private static final int MOST_COPIED = 4 << 20;

  private final ObjectNode root;
  private final String place;
  private final List<String> entered = new ArrayList<>();
  private int schemas;
  private long copiedLength;
  private int nested;

  SchemaReferences(ObjectNode root, String place) {
    this.root = root;
    this.place = place;
  }

  /** Where the schema stands in the request. */
  String place() {
    return place;
  }

  /** How many references were followed to here, and have not been left. */
  int depth() {
    nested++;
    return entered.size();
  }

  /** Leaves those that were entered since. */
  void leave(int depth) {
    nested--;
    entered.subList(depth, entered.size()).clear();
  }

  /**
   * A schema that is no reference: what it refers to, but for what stands beside the reference.
   *
   * @throws CannotCarryException if that is itself, or nothing, or all in all too large
   */
  ObjectNode resolved(JsonNode schema) throws CannotCarryException {
    if (++schemas > MOST_SCHEMAS || nested > DEEPEST || entered.size() > MOST_ENTERED) {
      throw tooLarge();
    }
    if (!(schema instanceof ObjectNode object)) {
      return JsonNodeFactory.instance.objectNode(); // true: whatever it may be
    }
    if (!object.has("$ref")) {
      return object;
    }
    var reference = object.path("$ref").asText("");
    if (entered.contains(reference) || reference.equals("#")) {
      throw new CannotCarryException(
          "%s refers to itself by %s, which this model's provider cannot take."
              .formatted(place, reference));
    }
    entered.add(reference);
    var target = target(reference);
    if (!target.isObject() && !target.isBoolean()) {
      throw new CannotCarryException(
          "%s refers to %s, which is not in it.".formatted(place, reference));
    }
    var found = resolved(target);
    count(found);
    var resolved = found.deepCopy();
    object.properties().forEach(one -> resolved.set(one.getKey(), one.getValue()));
    resolved.remove("$ref");
    return resolved;
  }

  /** What is referred to often is written as often, however short the reference is. */
  private void count(JsonNode copied) throws CannotCarryException {
    copiedLength += 1 + copied.asText("").length();
    if (copiedLength > MOST_COPIED) {
      throw tooLarge();
    }
    for (var child : copied) {
      count(child);
    }
    for (var names = copied.fieldNames(); names.hasNext(); ) {
      copiedLength += names.next().length();
    }
  }

  private CannotCarryException tooLarge() {
    return new CannotCarryException(
        "%s is larger or deeper, its references followed, than this model's provider takes."
            .formatted(place));
  }

  private JsonNode target(String reference) throws CannotCarryException {
    if (!reference.startsWith("#/")) {
      throw new CannotCarryException(
          "%s refers to %s, which is not in it.".formatted(place, reference));
    }
    try {
      return root.at(
          URLDecoder.decode(reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      throw new CannotCarryException("%s has a reference that is none.".formatted(place));
    }
  }
}
