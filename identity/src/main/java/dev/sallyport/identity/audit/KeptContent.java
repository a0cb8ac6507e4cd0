package dev.sallyport.identity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.KeptArguments;
import dev.sallyport.identity.audit.SecretShapes.Cleaned;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What records hold of arguments, if the caller's policy wants any of them held: without the
 * secrets that are known, and without what looks like one. What is too long is not held, and nor is
 * what could not be used. Thread-safe.
 */
final class KeptContent {
  /** The longest arguments that are held. */
  static final int MAX_BYTES = 16_384;

  private static final int NO_ARGUMENTS = "{}".length();
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  private final UnaryOperator<JsonNode> knownSecrets;

  /**
   * What to hold.
   *
   * @param knownSecrets takes secrets that are known out of a tree
   */
  KeptContent(UnaryOperator<JsonNode> knownSecrets) {
    this.knownSecrets = knownSecrets;
  }

  /** Writes what is held into the record's object of arguments. */
  void write(AsciiJson json, Action action, KeptArguments kept) {
    switch (kept) {
      case KeptArguments.None _ -> {}
      case KeptArguments.All _ -> {
        if (isWhole(action)) {
          write(json, "value", action.arguments(), SecretShapes::clean, List.of());
        }
      }
      case KeptArguments.Some(var pointers) -> writeSome(json, action, pointers);
    }
  }

  /** Arguments that could not be used are decided on as none. */
  private static boolean isWhole(Action action) {
    return !action.arguments().isEmpty() || action.payload().length <= NO_ARGUMENTS;
  }

  private void writeSome(AsciiJson json, Action action, List<String> pointers) {
    if (!isWhole(action)) {
      return;
    }
    var parts = JsonNodeFactory.instance.objectNode();
    var absent = new ArrayList<String>();
    for (var pointer : pointers) {
      var value = action.arguments().at(pointer);
      if (value.isMissingNode()) {
        absent.add(pointer);
      } else {
        parts.set(pointer, value);
      }
    }
    write(json, "parameters", parts, SecretShapes::cleanParts, absent);
  }

  private void write(
      AsciiJson json,
      String field,
      JsonNode content,
      Function<JsonNode, Cleaned> shapes,
      List<String> absent) {
    if (room(content, MAX_BYTES) < 0) {
      return;
    }
    var shaped = shapes.apply(content);
    var clean = knownSecrets.apply(shaped.tree());
    var written = AsciiJson.of(clean instanceof ObjectNode ? clean : NOTHING);
    if (written.length > MAX_BYTES) {
      return;
    }
    json.name(field);
    json.raw(written);
    if (!absent.isEmpty()) {
      json.beginArray("absent");
      for (var pointer : absent) {
        json.value(pointer);
      }
      json.endArray();
    }
    if (shaped.found() || !clean.equals(shaped.tree())) {
      json.field("redacted", true);
    }
  }

  /**
   * How much of a room is left beside a tree, at most: negative, without a look at the rest, where
   * it cannot be written. So what is looked through for secrets is no longer than what is held.
   */
  private static int room(JsonNode tree, int room) {
    if (!tree.isContainerNode()) {
      return room - Math.max(1, tree.asText().length());
    }
    int left = room - NO_ARGUMENTS;
    for (var names = tree.fieldNames(); left >= 0 && names.hasNext(); ) {
      left -= names.next().length();
    }
    for (var values = tree.elements(); left >= 0 && values.hasNext(); ) {
      left = room(values.next(), left);
    }
    return left;
  }
}
