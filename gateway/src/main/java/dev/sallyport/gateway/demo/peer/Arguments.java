package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Fills in a tool's arguments from one step of the user's plan and from what was read before.
 *
 * @param step the user's words
 */
record Arguments(String step, Memory memory) {
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern ORDER_TO_WRITE =
      Pattern.compile(
          "(?i)^(?:then\\s+)?(?:write|make|take|save|send)\\s+(?:an?|the)?\\s*(?:note|mail|e-mail)"
              + "\\s+(?:with|about|of|that has)\\s+(?:the\\s+)?");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");
  private static final Set<String> TITLES = Set.of("title", "subject", "name");
  private static final Set<String> ADDRESSES = Set.of("to", "address", "email", "recipient");

  JsonNode fill(JsonNode schema) {
    var arguments = PeerTool.JSON.createObjectNode();
    var required = strings(schema.path("required"));
    for (var property : schema.path("properties").properties()) {
      value(property.getKey(), property.getValue(), required.contains(property.getKey()))
          .ifPresent(value -> arguments.set(property.getKey(), value));
    }
    return arguments;
  }

  private Optional<JsonNode> value(String name, JsonNode schema, boolean required) {
    if (schema.has("enum")) {
      return choice(strings(schema.get("enum")), required).map(Arguments::text);
    }
    return switch (schema.path("type").asText()) {
      case "string" -> string(name, schema, required).map(Arguments::text);
      case "integer", "number" -> number(required);
      case "boolean" -> required ? Optional.of(bool()) : Optional.empty();
      case "object" -> required ? Optional.of(fill(schema)) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private Optional<String> choice(List<String> words, boolean required) {
    var plain = step.toLowerCase(Locale.ROOT);
    return words.stream()
        .filter(word -> plain.contains(word.toLowerCase(Locale.ROOT).replace('_', ' ')))
        .findFirst()
        .or(() -> required ? words.stream().findFirst() : Optional.empty());
  }

  private Optional<String> string(String name, JsonNode schema, boolean required) {
    if (schema.path("format").asText().equals("date")) {
      return first(DATE);
    }
    if (TITLES.contains(name)) {
      return Optional.of(title());
    }
    if (ADDRESSES.contains(name)) {
      return memory.addresses().stream().findFirst();
    }
    if (!required) {
      return Optional.empty();
    }
    return memory.named(name).or(() -> Optional.of(composed()));
  }

  private Optional<JsonNode> number(boolean required) {
    return first(NUMBER)
        .or(() -> required ? Optional.of("0") : Optional.empty())
        .map(digits -> PeerTool.JSON.getNodeFactory().numberNode(Long.parseLong(digits)));
  }

  private Optional<String> first(Pattern pattern) {
    var found = pattern.matcher(step);
    return found.find() ? Optional.of(found.group()) : Optional.empty();
  }

  /** The text of a note or a mail: what the step asks for, out of what was read. */
  private String composed() {
    var aboutMail = Words.of(step).contains("email");
    var found = aboutMail ? memory.addresses() : memory.facts();
    return title() + ": " + String.join(", ", found);
  }

  /** What the step is about, without the order to write it. */
  private String title() {
    var words = ORDER_TO_WRITE.matcher(step.strip()).replaceFirst("");
    return words.isEmpty()
        ? "Note"
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static JsonNode bool() {
    return PeerTool.JSON.getNodeFactory().booleanNode(true);
  }

  private static JsonNode text(String text) {
    return PeerTool.JSON.getNodeFactory().textNode(text);
  }

  private static List<String> strings(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
