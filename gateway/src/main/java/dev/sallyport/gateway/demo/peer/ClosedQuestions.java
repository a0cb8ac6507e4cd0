package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Answers by a schema, from the marked lines of a text and by simple rules: a word that is in the
 * text, the first number or date in range, yes if half the words of the question are there.
 */
final class ClosedQuestions {
  private static final Pattern MARKED = Pattern.compile("(?m)^\\| (.*)$");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");
  private static final Pattern WINDOW = Pattern.compile("From (\\S+) to (\\S+)\\.$");

  private final String question;
  private final String text;

  private ClosedQuestions(String question, String text) {
    this.question = question;
    this.text = text;
  }

  /** Whether an answer of this schema may be none at all. */
  static boolean fit(JsonNode schema) {
    return schema.path("properties").has("abstain") && schema.path("properties").has("answer");
  }

  static ObjectNode answer(String user, JsonNode schema) {
    var marked =
        MARKED.matcher(user).results().map(line -> line.group(1)).collect(Collectors.joining("\n"));
    var question = user.lines().findFirst().orElse("");
    var form = schema.at("/properties/answer/anyOf/0");
    var answer = new ClosedQuestions(question, marked).value(form);
    var reply = PeerTool.JSON.createObjectNode().put("abstain", answer.isEmpty());
    reply.set("answer", answer.orElse(PeerTool.JSON.nullNode()));
    return reply;
  }

  private Optional<JsonNode> value(JsonNode schema) {
    if (schema.has("anyOf")) {
      return value(schema.at("/anyOf/0"));
    }
    if (schema.has("enum")) {
      return choice(schema.get("enum"));
    }
    return switch (schema.path("type").asText()) {
      case "boolean" -> Optional.of(PeerTool.JSON.getNodeFactory().booleanNode(isSo()));
      case "integer" -> number(schema);
      case "string" -> date(schema);
      case "object" -> Optional.of(fields(schema));
      default -> Optional.empty();
    };
  }

  private Optional<JsonNode> choice(JsonNode words) {
    var plain = text.toLowerCase(Locale.ROOT);
    return StreamSupport.stream(words.spliterator(), false)
        .filter(word ->
            plain.contains(word.asText().toLowerCase(Locale.ROOT).replace('_', ' '))
                || plain.contains(word.asText().toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  private boolean isSo() {
    var asked = Words.of(question.replaceFirst("^Question:", ""));
    var said = Words.of(text);
    return asked.stream().filter(said::contains).count() * 2 >= asked.size();
  }

  private Optional<JsonNode> number(JsonNode schema) {
    var window = window(schema);
    return NUMBER
        .matcher(text)
        .results()
        .map(found -> Long.parseLong(found.group()))
        .filter(number ->
            window.isPresent()
                && number >= Long.parseLong(window.get().group(1))
                && number <= Long.parseLong(window.get().group(2)))
        .<JsonNode>map(PeerTool.JSON.getNodeFactory()::numberNode)
        .findFirst();
  }

  private Optional<JsonNode> date(JsonNode schema) {
    var window = window(schema);
    return DATE.matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(day ->
            window.isPresent()
                && day.compareTo(window.get().group(1)) >= 0
                && day.compareTo(window.get().group(2)) <= 0)
        .<JsonNode>map(PeerTool.JSON.getNodeFactory()::textNode)
        .findFirst();
  }

  /** Providers have no keyword for it: it stands at the end of the description. */
  private static Optional<MatchResult> window(JsonNode schema) {
    return WINDOW.matcher(schema.path("description").asText()).results().findFirst();
  }

  private JsonNode fields(JsonNode schema) {
    var fields = PeerTool.JSON.createObjectNode();
    schema
        .path("properties")
        .properties()
        .forEach(field ->
            fields.set(
                field.getKey(),
                new ClosedQuestions(field.getKey(), text)
                    .value(field.getValue())
                    .orElse(PeerTool.JSON.nullNode())));
    return fields;
  }
}
