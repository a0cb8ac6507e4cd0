package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.digest.Sha256;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The ids of the tool calls of one conversation, for a provider that takes only nine letters and
 * digits. An id of that form stays; for each other there is one that no other has, the same in
 * every request of the conversation.
 */
final class NineIds {
  private static final Pattern NINE = Pattern.compile("[A-Za-z0-9]{9}");
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 9;

  private final ArrayNode messages;
  private final Map<String, String> ids = new HashMap<>();
  private final Set<String> used = new HashSet<>();

  NineIds(ArrayNode messages) {
    this.messages = messages;
  }

  /** Replaces every id by its own. */
  void replace() {
    each(object -> {
      var id = object.path(name(object)).asText();
      if (NINE.matcher(id).matches()) {
        used.add(id);
      }
    });
    each(object -> {
      var name = name(object);
      object.put(name, ids.computeIfAbsent(object.path(name).asText(), this::of));
    });
  }

  private String of(String id) {
    if (NINE.matcher(id).matches()) {
      return id;
    }
    int attempt = 0;
    var nine = nine(id, attempt);
    while (!used.add(nine)) {
      nine = nine(id, ++attempt);
    }
    return nine;
  }

  /** Does something to each object that has an id as text: calls, and their results. */
  private void each(Consumer<ObjectNode> action) {
    for (var message : messages) {
      for (var call : message.path("tool_calls")) {
        if (call instanceof ObjectNode object && object.path("id").isTextual()) {
          action.accept(object);
        }
      }
      if (message instanceof ObjectNode object && object.path("tool_call_id").isTextual()) {
        action.accept(object);
      }
    }
  }

  private static String name(ObjectNode object) {
    return object.has("tool_call_id") ? "tool_call_id" : "id";
  }

  private static String nine(String id, int attempt) {
    var rest = new BigInteger(1, Sha256.of(attempt + ":" + id));
    var base = BigInteger.valueOf(DIGITS.length());
    var nine = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      var parts = rest.divideAndRemainder(base);
      nine.append(DIGITS.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    return nine.toString();
  }
}
