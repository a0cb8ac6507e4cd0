package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.sandbox.quarantine.Pick;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes arguments of what an agent has: the words of its task, the schema of the tool, what crossed
 * the quarantine, and the quarantine's own tools. For one thread.
 */
final class Maker {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Names of arguments that say how many results are wanted. */
  private static final Set<String> LIMITS = Set.of("limit", "count", "top", "max", "size", "page");

  /** Texts whose wording a corpus leaves open: a word for what it is, or none. */
  private static final Pattern OPEN = Pattern.compile("<[\\p{L} _-]{1,40}>|\\.{3}|…");

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
  private static final Pattern ALONE =
      Pattern.compile("(?<![\\w.:/-])\\d{1,9}(?:\\.\\d{1,6})?(?![\\w:/-]|\\.\\d)");
  private static final int MOST_READ = 4;

  private final TaskWords words;
  private final Crossed crossed;
  private final AgentTurn agent;
  private final Inquiry inquiry;
  private final Moments moments;
  private final NumberMaker numbers;
  private final Map<String, Integer> calls = new HashMap<>();
  private int count;

  Maker(TaskWords words, Crossed crossed, AgentTurn agent, OracleModel oracle) {
    this.words = words;
    this.crossed = crossed;
    this.agent = agent;
    inquiry = new Inquiry(agent, oracle);
    moments = new Moments(words.moments(), crossed, inquiry);
    numbers = new NumberMaker(words, crossed, inquiry);
  }

  /** What is made next is for a call of that tool: an agent knows how often it has called it. */
  void begin(String tool) {
    count = calls.merge(tool, 1, Integer::sum);
  }

  /** A value, as the agent can write it, and how it came to it; or why it could not. */
  record Made(How how, JsonNode value) {}

  /** Makes the value that a tool is to get at one place, whose name and schema are given. */
  Made make(JsonNode wanted, String name, JsonNode schema)
      throws IOException, InterruptedException {
    if (given(wanted, schema)) {
      return new Made(How.SCHEMA, wanted);
    }
    if (isLimit(wanted, name, schema)) {
      return new Made(words.tellNumber(wanted.decimalValue()) ? How.PROMPT : How.CHOSEN, wanted);
    }
    return wanted.isNumber() ? numbers.make(wanted) : text(wanted.asText());
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

  /** Whether a schema leaves it to the agent how many it wants at most. */
  private static boolean isLimit(JsonNode wanted, String name, JsonNode schema) {
    var most = schema.path("maximum");
    return wanted.isIntegralNumber()
        && most.isNumber()
        && wanted.longValue() <= most.longValue()
        && wanted.longValue() >= schema.path("minimum").asLong(1)
        && Stream.of(name.toLowerCase(Locale.ROOT).split("_", -1)).anyMatch(LIMITS::contains);
  }

  private static Stream<JsonNode> stream(JsonNode items) {
    var all = new ArrayList<JsonNode>();
    items.forEach(all::add);
    return all.stream();
  }

  private Made text(String wanted) throws IOException, InterruptedException {
    if (words.hold(wanted)) {
      return new Made(How.PROMPT, NODES.textNode(wanted));
    }
    if (OPEN.matcher(wanted).matches()) {
      return rewritten(wanted);
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
    return composed(wanted);
  }

  /** A text of pieces: first of what is at hand, then of what can be asked for, then copied. */
  private Made composed(String wanted) throws IOException, InterruptedException {
    var held = picked(wanted);
    var pieces = Pieces.of(wanted, this::mayWrite, held);
    if (pieces.isPresent()) {
      return written(wanted, pieces.get(), How.WORDING);
    }
    var known = moments.knownIn(wanted);
    boolean isMoment = !known.isEmpty();
    for (var found : ALONE.matcher(wanted).results().toList()) {
      if (numbers.make(NODES.numberNode(new BigDecimal(found.group()))).how().works()) {
        known.add(found.group());
      }
    }
    Predicate<String> own = word -> mayWrite(word) || known.contains(word);
    pieces = Pieces.of(wanted, own, held);
    if (pieces.isEmpty()) {
      addPassages(wanted, held);
      pieces = Pieces.of(wanted, own, held);
    }
    return pieces.isPresent()
        ? written(wanted, pieces.get(), isMoment ? How.MOMENT : How.RECKONED)
        : new Made(How.OWN_WORDS, NODES.textNode(wanted));
  }

  /**
   * Whether it may write a word itself: the task says it, anybody does, or it numbers its calls.
   */
  private boolean mayWrite(String word) {
    return words.have(word) || word.equals(String.valueOf(count));
  }

  /** What the quarantined model writes of the results so far, if the task asks for such a text. */
  private Made rewritten(String wanted) throws IOException, InterruptedException {
    var read = crossed.bodies();
    boolean isAsked = WORD.matcher(wanted).results().map(MatchResult::group).allMatch(words::say);
    if (!isAsked || read.isEmpty()) {
      return new Made(How.OWN_WORDS, NODES.textNode(wanted));
    }
    var latest = read.subList(Math.max(0, read.size() - MOST_READ), read.size());
    return inquiry
        .written(latest, wanted)
        .map(token -> new Made(How.REWRITTEN, NODES.textNode(token)))
        .orElseGet(() -> new Made(How.REFUSED, NODES.textNode(wanted)));
  }

  private boolean isShown(String wanted) {
    return crossed.shown().contains(wanted)
        || (wanted.matches("-?\\d{1,12}(\\.\\d{1,4})?") && numbers.isShown(new BigDecimal(wanted)));
  }

  private Made written(String wanted, List<Pieces.Piece> pieces, How withoutHeld)
      throws IOException, InterruptedException {
    var template = new StringBuilder();
    int held = 0;
    boolean isExtract = false;
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
      isExtract |= piece.from().get().isExtract();
    }
    var how =
        held == 0
            ? withoutHeld
            : isExtract ? How.EXTRACTED : pieces.size() == 1 ? How.PICKED : How.COMPOSED;
    return new Made(how, NODES.textNode(template.toString()));
  }

  /**
   * What can be picked out of a text.
   *
   * @param token of the text
   * @param what the name of the pattern; empty for all of it, or a passage
   * @param isExtract whether it is a passage that the quarantined model copies
   */
  record Source(String token, Optional<Pick> what, int index, boolean isExtract) {
    /** One that a pattern picks, or all of it. */
    Source(String token, Optional<Pick> what, int index) {
      this(token, what, index, false);
    }
  }

  /** Adds the longest passages of held texts, of whole words, that stand in what is wanted. */
  private void addPassages(String wanted, Map<String, Source> sources) {
    var found = WORD.matcher(wanted).results().toList();
    for (int first = 0; first < found.size(); first++) {
      var longest = Optional.<Map.Entry<String, Source>>empty();
      for (int last = first; last < found.size(); last++) {
        var passage = wanted.substring(found.get(first).start(), found.get(last).end());
        var source =
            crossed.texts().entrySet().stream()
                .filter(held -> held.getKey().contains(passage))
                .findFirst()
                .map(held -> new Source(held.getValue(), Optional.empty(), 0, true));
        if (source.isEmpty()) {
          break;
        }
        longest = source.map(one -> Map.entry(passage, one));
      }
      longest.ifPresent(one -> sources.putIfAbsent(one.getKey(), one.getValue()));
    }
  }

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
    if (source.isExtract()) {
      var passage = inquiry.passage(source.token(), text);
      passage.ifPresent(given -> crossed.learnText(given, text));
      return passage;
    }
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
