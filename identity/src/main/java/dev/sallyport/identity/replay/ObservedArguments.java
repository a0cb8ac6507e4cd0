package dev.sallyport.identity.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the arguments of calls of one kind were, and the condition that all of them fulfil. Of an
 * argument something is said only where {@value #FEWEST_CALLS} calls or more agree on it: a closed
 * set of at most {@value #MOST_VALUES} texts, a range of whole numbers, or a truth. For one thread.
 */
final class ObservedArguments {
  /** The fewest calls from which anything is concluded. */
  static final int FEWEST_CALLS = 10;

  /** The most texts of a closed set; each was seen twice on average at least. */
  static final int MOST_VALUES = 5;

  private static final int LONGEST_TEXT = 64;
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
  private static final Pattern PLAIN_TEXT = Pattern.compile("[\\x20-\\x7e&&[^{}]]*");
  private static final Set<String> RESERVED =
      Set.of(
          "as",
          "break",
          "const",
          "continue",
          "else",
          "false",
          "for",
          "function",
          "if",
          "import",
          "in",
          "let",
          "loop",
          "namespace",
          "null",
          "package",
          "return",
          "true",
          "var",
          "void",
          "while");
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Map<String, Observed> fields = new TreeMap<>();
  private Optional<Set<String>> told = Optional.empty();
  private long calls;
  private boolean unknown;

  /** What stood at the top of the arguments under one name. */
  private static final class Observed {
    private final Set<String> texts = new TreeSet<>();
    private final Set<Boolean> truths = new TreeSet<>();
    private long least = Long.MAX_VALUE;
    private long greatest = Long.MIN_VALUE;
    private long numbers;
    private long present;
    private boolean other;
  }

  void add(RecordedArguments arguments) {
    calls++;
    if (arguments.redacted() || (!arguments.whole() && arguments.known().isEmpty())) {
      unknown = true;
      return;
    }
    if (!arguments.whole()) {
      told =
          told.map(before -> both(before, arguments.known()))
              .or(() -> Optional.of(arguments.known()));
    }
    for (var field : arguments.tree().properties()) {
      if (arguments.tells(pointer(field.getKey()))) {
        observe(field.getKey(), field.getValue());
      }
    }
  }

  private static Set<String> both(Set<String> one, Set<String> other) {
    return one.stream().filter(other::contains).collect(Collectors.toSet());
  }

  /** Whether each call tells what stood there, or that nothing did. */
  private boolean isTold(String name) {
    return told.map(places -> places.contains(pointer(name))).orElse(true);
  }

  private static String pointer(String name) {
    return "/" + name.replace("~", "~0").replace("/", "~1");
  }

  private void observe(String name, JsonNode value) {
    var seen = fields.computeIfAbsent(name, _ -> new Observed());
    seen.present++;
    if (value.isTextual() && isPlain(value.asText()) && seen.texts.size() <= MOST_VALUES) {
      seen.texts.add(value.asText());
    } else if (value.isIntegralNumber() && value.canConvertToLong()) {
      seen.numbers++;
      seen.least = Math.min(seen.least, value.asLong());
      seen.greatest = Math.max(seen.greatest, value.asLong());
    } else if (value.isBoolean()) {
      seen.truths.add(value.asBoolean());
    } else {
      seen.other = true;
    }
  }

  private static boolean isPlain(String text) {
    return text.length() <= LONGEST_TEXT && PLAIN_TEXT.matcher(text).matches();
  }

  /** The condition in CEL; empty if nothing can be said. */
  Optional<String> condition() {
    if (unknown || calls < FEWEST_CALLS) {
      return Optional.empty();
    }
    var terms =
        fields.entrySet().stream()
            .filter(field -> IDENTIFIER.matcher(field.getKey()).matches())
            .filter(field -> !RESERVED.contains(field.getKey()))
            .filter(field -> isTold(field.getKey()))
            .flatMap(field -> term(field.getKey(), field.getValue()).stream())
            .collect(Collectors.joining(" && "));
    return Optional.of(terms).filter(text -> !text.isEmpty());
  }

  private Optional<String> term(String name, Observed seen) {
    var place = "args." + name;
    if (seen.other || seen.present < FEWEST_CALLS || kinds(seen) != 1) {
      return Optional.empty();
    }
    var said =
        seen.numbers > 0
            ? Optional.of(range(place, seen))
            : seen.texts.isEmpty() ? truth(place, seen) : set(place, seen);
    return seen.present == calls
        ? said
        : said.map(term -> "(!has(%s) || (%s))".formatted(place, term));
  }

  private static int kinds(Observed seen) {
    return (seen.numbers > 0 ? 1 : 0)
        + (seen.texts.isEmpty() ? 0 : 1)
        + (seen.truths.isEmpty() ? 0 : 1);
  }

  private static String range(String place, Observed seen) {
    return seen.least == seen.greatest
        ? "%s == %d".formatted(place, seen.least)
        : "%s >= %d && %s <= %d".formatted(place, seen.least, place, seen.greatest);
  }

  private static Optional<String> truth(String place, Observed seen) {
    return seen.truths.size() == 1
        ? Optional.of("%s == %s".formatted(place, seen.truths.iterator().next()))
        : Optional.empty();
  }

  private static Optional<String> set(String place, Observed seen) {
    if (seen.texts.size() > MOST_VALUES || seen.present < 2L * seen.texts.size()) {
      return Optional.empty();
    }
    var texts =
        seen.texts.stream().map(ObservedArguments::quoted).collect(Collectors.joining(", "));
    return Optional.of(
        seen.texts.size() == 1
            ? "%s == %s".formatted(place, texts)
            : "%s in [%s]".formatted(place, texts));
  }

  /** A text as CEL writes it, which for visible ASCII is as JSON does. */
  static String quoted(String text) {
    try {
      return MAPPER.writeValueAsString(TextNode.valueOf(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text can always be written", e);
    }
  }
}
