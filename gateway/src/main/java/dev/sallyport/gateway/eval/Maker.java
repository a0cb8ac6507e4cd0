package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.sandbox.quarantine.Pick;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes arguments of what an agent has: the words of its task, the schema of the tool, what crossed
 * the quarantine, and the quarantine's own tools. For one thread.
 */
final class Maker {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern NUMBER = Pattern.compile("(?<![\\d.])\\d{1,9}(?:\\.\\d{1,2})?");
  private static final int CENTS = 2;

  /** The largest number that is asked for where it may be large, and where it hardly is. */
  private static final int MOST_ASKED = 9_999_999;

  private static final int MOST_COUNTED = 9_999;

  /** A text with more is no place for the one number that is meant. */
  private static final int FEW_NUMBERS = 3;

  private final TaskWords words;
  private final Crossed crossed;
  private final AgentTurn agent;
  private final OracleModel oracle;
  private final Map<BigDecimal, Boolean> asked = new HashMap<>();

  Maker(TaskWords words, Crossed crossed, AgentTurn agent, OracleModel oracle) {
    this.words = words;
    this.crossed = crossed;
    this.agent = agent;
    this.oracle = oracle;
  }

  /** A value, as the agent can write it, and how it came to it; or why it could not. */
  record Made(How how, JsonNode value) {}

  /** Makes the value that a tool is to get at one place, whose schema is given. */
  Made make(JsonNode wanted, JsonNode schema) throws IOException, InterruptedException {
    if (given(wanted, schema)) {
      return new Made(How.SCHEMA, wanted);
    }
    return wanted.isNumber() ? number(wanted) : text(wanted.asText());
  }

  /** Whether a schema leaves so little that the agent knows the value from there. */
  private static boolean given(JsonNode wanted, JsonNode schema) {
    var all = Stream.concat(Stream.of(schema), stream(schema.path("anyOf"))).toList();
    return wanted.isBoolean()
        || wanted.isNull()
        || all.stream()
            .anyMatch(one ->
                one.path("default").equals(wanted)
                    || one.path("const").equals(wanted)
                    || stream(one.path("enum")).anyMatch(wanted::equals));
  }

  private static Stream<JsonNode> stream(JsonNode items) {
    var all = new ArrayList<JsonNode>();
    items.forEach(all::add);
    return all.stream();
  }

  private Made number(JsonNode wanted) throws IOException, InterruptedException {
    var value = wanted.decimalValue();
    if (words.tellNumber(value)) {
      return new Made(How.PROMPT, wanted);
    }
    if (holds(crossed.numbers(), value)) {
      return new Made(How.SHOWN, wanted);
    }
    if (holds(crossed.reckoned(), value) || reckoned(value, crossed.numbers())) {
      return new Made(How.RECKONED, wanted);
    }
    var written = written();
    if (holds(written.keySet(), value)) {
      return new Made(asked(value, written) ? How.ASKED : How.REFUSED, wanted);
    }
    for (var one : written.keySet()) {
      if (reckoned(value, Set.of(one))) {
        return new Made(asked(one, written) ? How.RECKONED : How.REFUSED, wanted);
      }
    }
    return changed(wanted, written);
  }

  /** A number that one text tells, changed by what another one says, such as a new price. */
  private Made changed(JsonNode wanted, Map<BigDecimal, Map.Entry<String, String>> written)
      throws IOException, InterruptedException {
    for (var change : fewNumbers(written)) {
      var changing = Optional.ofNullable(written.get(change)).map(Map.Entry::getValue);
      for (var place : written.entrySet()) {
        var one = place.getKey();
        boolean sameText = changing.filter(place.getValue().getValue()::equals).isPresent();
        if (!sameText
            && holds(List.of(one.add(change), one.subtract(change)), wanted.decimalValue())) {
          boolean isTold = asked(change, written) && asked(one, written);
          return new Made(isTold ? How.RECKONED : How.REFUSED, wanted);
        }
      }
    }
    return new Made(How.UNKNOWN_NUMBER, wanted);
  }

  /** The numbers of texts that hold few. */
  private static List<BigDecimal> fewNumbers(Map<BigDecimal, Map.Entry<String, String>> written) {
    var byText =
        written.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.getValue().getValue(),
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    return byText.values().stream()
        .filter(numbers -> numbers.size() <= FEW_NUMBERS)
        .flatMap(List::stream)
        .sorted()
        .toList();
  }

  /** Whether a number comes of one that is known and those that the user says. */
  private boolean reckoned(BigDecimal wanted, Set<BigDecimal> known) {
    for (var one : known) {
      for (var said : words.numbers()) {
        var part = one.multiply(said).movePointLeft(CENTS);
        var results =
            new ArrayList<>(List.of(one.add(said), one.subtract(said), said.subtract(one)));
        results.add(one.multiply(said));
        results.add(part.setScale(CENTS, RoundingMode.HALF_UP));
        words.numbers().forEach(more -> results.add(part.add(more)));
        if (holds(results, wanted)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The numbers in held texts, with how they are written and a reference to the text. */
  private Map<BigDecimal, Map.Entry<String, String>> written() {
    var numbers = new HashMap<BigDecimal, Map.Entry<String, String>>();
    crossed
        .texts()
        .forEach((text, token) ->
            NUMBER
                .matcher(text)
                .results()
                .forEach(found ->
                    numbers.put(
                        new BigDecimal(found.group()).stripTrailingZeros(),
                        Map.entry(found.group(), token))));
    return numbers;
  }

  /**
   * Asks for a count, or for an amount in hundredths, within bounds that are fixed before the text
   * is read.
   */
  private boolean asked(BigDecimal wanted, Map<BigDecimal, Map.Entry<String, String>> written)
      throws IOException, InterruptedException {
    var value = wanted.stripTrailingZeros();
    if (asked.containsKey(value)) {
      return asked.get(value);
    }
    var found = Optional.ofNullable(written.get(value));
    if (found.isEmpty()) {
      return false;
    }
    var where = found.get();
    boolean counts = !where.getKey().contains(".") && value.longValue() <= MOST_COUNTED;
    var told = counts ? value : value.movePointRight(CENTS);
    if (told.compareTo(BigDecimal.valueOf(MOST_ASKED)) > 0) {
      return false;
    }
    var known = NODES.numberNode(told.longValueExact());
    var question = oracle.question(where.getKey(), known);
    var schema = NODES.objectNode().put("type", "integer").put("minimum", 0);
    schema.put("maximum", counts ? MOST_COUNTED : MOST_ASKED);
    var arguments = Crossed.about(where.getValue()).put("question", question);
    arguments.set("schema", schema);
    var answer = agent.call(new Call("q_ask", arguments)).seen().path("structuredContent");
    boolean isTold = answer.path("answer").asLong(-1) == known.asLong();
    asked.put(value, isTold);
    return isTold;
  }

  private static boolean holds(Iterable<BigDecimal> numbers, BigDecimal wanted) {
    for (var one : numbers) {
      if (one.compareTo(wanted) == 0) {
        return true;
      }
    }
    return false;
  }

  private Made text(String wanted) throws IOException, InterruptedException {
    if (words.hold(wanted)) {
      return new Made(How.PROMPT, NODES.textNode(wanted));
    }
    if (words.tellMoment(wanted)) {
      return new Made(How.MOMENT, NODES.textNode(wanted));
    }
    if (isShown(wanted)) {
      return new Made(How.SHOWN, NODES.textNode(wanted));
    }
    var token = crossed.texts().get(wanted);
    if (token != null) {
      return new Made(How.REFERENCE, NODES.textNode(token));
    }
    var pieces = Pieces.of(wanted, words, picked(wanted));
    if (pieces.isEmpty()) {
      return new Made(why(wanted), NODES.textNode(wanted));
    }
    return written(wanted, pieces.get());
  }

  private boolean isShown(String wanted) {
    return wanted.matches("-?\\d{1,12}(\\.\\d{1,4})?")
        && (holds(crossed.numbers(), new BigDecimal(wanted))
            || holds(crossed.reckoned(), new BigDecimal(wanted)));
  }

  private How why(String wanted) {
    return crossed.texts().keySet().stream().anyMatch(text -> text.contains(wanted))
        ? How.UNPICKABLE
        : How.OWN_WORDS;
  }

  private Made written(String wanted, List<Pieces.Piece> pieces)
      throws IOException, InterruptedException {
    var template = new StringBuilder();
    int held = 0;
    for (var piece : pieces) {
      if (piece.from().isEmpty()) {
        template.append(piece.text());
        continue;
      }
      var token = token(piece.text(), piece.from().get());
      if (token.isEmpty()) {
        return new Made(How.REFUSED, NODES.textNode(wanted));
      }
      template.append(token.get());
      held++;
    }
    var how = held == 0 ? How.WORDING : pieces.size() == 1 ? How.PICKED : How.COMPOSED;
    return new Made(how, NODES.textNode(template.toString()));
  }

  /**
   * What can be picked out of a text.
   *
   * @param token of the text
   * @param what the name of the pattern; empty for all of it
   */
  record Source(String token, Optional<Pick> what, int index) {}

  /** All that can be picked out of what is held and stands in what is wanted. */
  private Map<String, Source> picked(String wanted) {
    var sources = new HashMap<String, Source>();
    crossed
        .texts()
        .forEach((text, token) -> {
          if (wanted.contains(text)) {
            sources.putIfAbsent(text, new Source(token, Optional.empty(), 0));
          }
          for (var what : Pick.values()) {
            var all = what.in(text);
            for (int i = 0; i < all.size(); i++) {
              if (wanted.contains(all.get(i))) {
                sources.putIfAbsent(all.get(i), new Source(token, Optional.of(what), i));
              }
            }
          }
        });
    return sources;
  }

  private Optional<String> token(String text, Source source)
      throws IOException, InterruptedException {
    if (source.what().isEmpty()) {
      return Optional.of(source.token());
    }
    var arguments = Crossed.about(source.token());
    arguments.put("what", source.what().get().label()).put("index", source.index());
    var answer = agent.call(new Call("q_match", arguments)).seen().path("structuredContent");
    var token = Optional.ofNullable(answer.path("value").textValue());
    token.ifPresent(given -> crossed.learnText(given, text));
    return token;
  }
}
