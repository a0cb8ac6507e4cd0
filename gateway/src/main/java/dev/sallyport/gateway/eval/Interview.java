package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.WireServer.Sent;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What an agent asks about one text, question by question. A later question may depend on the
 * answers so far.
 */
record Interview(String name, int questions, Next next) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String ABSTAIN = "{\"abstain\":true,\"answer\":null}";

  /** Which question comes next, after the answers so far. */
  @FunctionalInterface
  interface Next {
    Ask after(List<String> told);
  }

  /**
   * A question.
   *
   * @param legal answers that its schema allows, as JSON: all of them, or some
   * @param alternatives how many there are
   */
  record Ask(ObjectNode schema, List<String> legal, int alternatives) {
    private static final int OTHER_ENDINGS = 5;

    Ask(ObjectNode schema, List<String> legal) {
      this(schema, legal, legal.size());
    }

    /** What an answer tells: which it is, or which of five reasons there is for none. */
    double bits() {
      return Math.log((double) alternatives + OTHER_ENDINGS) / Math.log(2);
    }

    /** Every way in which a model may answer: legally, not at all, or against the rules. */
    List<Reply> replies() {
      var broken = new Reply("{\"abstain\":false,\"answer\":\"no such word\"}", "null");
      var none = new Reply(ABSTAIN, "null");
      return Stream.concat(legal.stream().map(Reply::of), Stream.of(none, broken)).toList();
    }
  }

  /**
   * What the model says.
   *
   * @param told the answer that the agent is then told, as JSON
   */
  record Reply(String said, String told) {
    static Reply of(String answer) {
      return new Reply("{\"abstain\":false,\"answer\":" + answer + "}", answer);
    }

    Sent sent() {
      return HeldModel.says(said);
    }
  }

  /** Those whose every course is gone through, or drawn from where there are too many. */
  static List<Interview> all() {
    return List.of(
        of("yes or no", yesOrNo()),
        of("one of four words", words(4)),
        of("a number up to fifteen", number(15)),
        of("a day of a week", day()),
        of("three times yes or no", yesOrNo(), yesOrNo(), yesOrNo()),
        of("a word and yes or no, twice", words(4), yesOrNo(), yesOrNo()),
        of("several fields at once", fields()),
        new Interview("what is asked depends on answers", 3, Interview::depending),
        of("a number up to a thousand", number(1_000)),
        of("five times yes or no", yesOrNo(), yesOrNo(), yesOrNo(), yesOrNo(), yesOrNo()),
        of(
            "sixteen words, six times",
            words(16),
            words(16),
            words(16),
            words(16),
            words(16),
            words(16)),
        of("a number up to a million, twice, and a word", range(), range(), words(16)));
  }

  private static Interview of(String name, Ask... asks) {
    return new Interview(name, asks.length, told -> asks[told.size()]);
  }

  private static Ask depending(List<String> told) {
    if (told.isEmpty()) {
      return yesOrNo();
    }
    return told.getFirst().equals("true") ? words(4) : number(3);
  }

  private static Ask yesOrNo() {
    return new Ask(NODES.objectNode().put("type", "boolean"), List.of("true", "false"));
  }

  private static Ask words(int count) {
    var schema = NODES.objectNode().put("type", "string");
    var words = schema.putArray("enum");
    IntStream.range(0, count).forEach(i -> words.add("word" + i));
    return new Ask(schema, IntStream.range(0, count).mapToObj(i -> "\"word" + i + "\"").toList());
  }

  private static Ask number(int most) {
    var schema = NODES.objectNode().put("type", "integer").put("minimum", 0).put("maximum", most);
    return new Ask(schema, IntStream.rangeClosed(0, most).mapToObj(String::valueOf).toList());
  }

  /** Of its legal answers only some are tried. */
  private static Ask range() {
    var schema =
        NODES.objectNode().put("type", "integer").put("minimum", 0).put("maximum", 999_999);
    var some =
        IntStream.range(0, 1_000).map(i -> i * 1_000 + 999).mapToObj(String::valueOf).toList();
    return new Ask(schema, some, 1_000_000);
  }

  private static Ask day() {
    var first = LocalDate.of(2026, 1, 5);
    var schema = NODES.objectNode().put("type", "string").put("format", "date");
    schema
        .put("formatMinimum", first.toString())
        .put("formatMaximum", first.plusDays(6).toString());
    return new Ask(
        schema, LongStream.range(0, 7).mapToObj(day -> "\"" + first.plusDays(day) + "\"").toList());
  }

  private static Ask fields() {
    var schema = NODES.objectNode().put("type", "object");
    var properties = schema.putObject("properties");
    properties.putObject("paid").put("type", "boolean");
    properties.putObject("state").put("type", "string").putArray("enum").add("open").add("closed");
    var legal = new ArrayList<String>();
    for (var paid : List.of("true", "false", "null")) {
      for (var state : List.of("\"open\"", "\"closed\"", "null")) {
        legal.add("{\"paid\":%s,\"state\":%s}".formatted(paid, state));
      }
    }
    return new Ask(schema, legal);
  }

  /** Every course that answers can take. */
  List<List<Reply>> courses() {
    var courses = new ArrayList<List<Reply>>();
    add(new ArrayList<>(), courses);
    return courses;
  }

  private void add(List<Reply> soFar, List<List<Reply>> into) {
    if (soFar.size() == questions) {
      into.add(List.copyOf(soFar));
      return;
    }
    for (var reply : ask(soFar).replies()) {
      var longer = new ArrayList<>(soFar);
      longer.add(reply);
      add(longer, into);
    }
  }

  /** The most that one course tells. */
  double bits() {
    double most = 0;
    for (var first : ask(List.of()).replies()) {
      var soFar = new ArrayList<>(List.of(first));
      double bits = ask(List.of()).bits();
      while (soFar.size() < questions) {
        bits += ask(soFar).bits();
        soFar.add(ask(soFar).replies().getFirst());
      }
      most = Math.max(most, bits);
    }
    return most;
  }

  /** One course, drawn. */
  List<Reply> drawn(RandomGenerator random) {
    var course = new ArrayList<Reply>();
    while (course.size() < questions) {
      var replies = ask(course).replies();
      course.add(replies.get(random.nextInt(replies.size())));
    }
    return course;
  }

  /** The question after some replies. */
  Ask ask(List<Reply> soFar) {
    return next.after(soFar.stream().map(Reply::told).toList());
  }

  /** The same answer, however it was written. */
  static JsonNode parsed(String answer) {
    try {
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new IllegalStateException("an answer is not JSON: " + answer, e);
    }
  }
}
