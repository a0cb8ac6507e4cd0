package dev.sallyport.mcp.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is wrong with the words of a definition: something that nobody sees, anywhere in it; letters
 * of several scripts in one word of a name, of a title or of a value to choose; a name that passes
 * for another. A description is prose: there, mixed letters are only pointed out to whoever reads
 * it.
 */
public final class SuspiciousText {
  private static final int MAX_DEPTH = 200;

  private SuspiciousText() {}

  /** Why a definition must not be shown to anyone, as a stable code; empty if nothing is. */
  public static Optional<String> problem(ObjectNode definition) {
    if (hides(definition)) {
      return Optional.of("invisible_characters");
    }
    var names = new ArrayList<String>();
    var shown = new ArrayList<String>();
    shown.add(definition.path("name").asText());
    shown.add(definition.path("title").asText());
    shown.add(definition.at("/annotations/title").asText());
    shown.add(definition.at("/serverInfo/title").asText());
    names.add(definition.path("name").asText());
    names.add(definition.at("/serverInfo/name").asText());
    definition.path("arguments").forEach(argument -> names.add(argument.path("name").asText()));
    schema(definition.path("inputSchema"), names, shown, 0);
    schema(definition.path("outputSchema"), names, shown, 0);
    if (names.stream().anyMatch(Confusables::passesForAscii)) {
      return Optional.of("confusable_name");
    }
    return names.stream().anyMatch(Scripts::mixes) || shown.stream().anyMatch(Scripts::mixes)
        ? Optional.of("mixed_scripts")
        : Optional.empty();
  }

  /** Whether any text in it, of whatever place, has letters that no writing puts together. */
  public static boolean mixes(JsonNode node) {
    return holds(node, Scripts::mixes);
  }

  /** All texts of a definition, each once: names as well as values. */
  public static Iterable<String> texts(JsonNode node) {
    var texts = new TreeSet<String>();
    var _ =
        holds(
            node,
            text -> {
              texts.add(text);
              return false;
            });
    return texts;
  }

  private static boolean hides(JsonNode node) {
    return holds(node, VisibleText::hides);
  }

  @FunctionalInterface
  private interface Test {
    boolean of(String text);
  }

  private static boolean holds(JsonNode node, Test test) {
    if (node.isTextual()) {
      return test.of(node.textValue());
    }
    if (node.isObject()) {
      return node.properties().stream()
          .anyMatch(member -> test.of(member.getKey()) || holds(member.getValue(), test));
    }
    for (var element : node) {
      if (holds(element, test)) {
        return true;
      }
    }
    return false;
  }

  /** The names of arguments, and what a reader of the schema is shown of values and titles. */
  private static void schema(JsonNode schema, List<String> names, List<String> shown, int depth) {
    if (depth > MAX_DEPTH) {
      return;
    }
    if (schema.isObject()) {
      schema.path("properties").fieldNames().forEachRemaining(names::add);
      schema.path("required").forEach(name -> names.add(name.asText()));
      schema.path("enum").forEach(value -> shown.add(value.asText()));
      shown.add(schema.path("const").asText());
      shown.add(schema.path("title").isTextual() ? schema.path("title").asText() : "");
    }
    for (var inner : schema) {
      schema(inner, names, shown, depth + 1);
    }
  }
}
