package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.contract.FieldForm;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldForm.Whole;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.testing.Contracts;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Criterion 6: what is charged bounds what can be told. Every content of a small grammar is
 * projected under every small budget. The views that come of it must cost so much that they can be
 * words of one prefix code (Kraft): their shares, 2 to the minus of their bits, fit into one, and
 * into one half where no budget ends, since a bit is kept for the place where it does.
 */
class PrefixCodeTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MOST_BITS = 40;
  private static final int ENDLESS = 100_000;
  private static final double ROUNDING = 1e-9;
  private static final Map<String, FieldForm> FORMS =
      Map.of(
          "$.a", new Whole(0, 1),
          "$.state", new OneOf(List.of("on", "off")),
          "$.id", new Open(FieldKind.IDENT),
          "$.raw", new Open(FieldKind.JSON),
          "$.list", new Items(1),
          "$.list[*]", new Whole(0, 3));

  /** How contents are taken in, and all contents of a grammar. */
  record Grammar(
      String name,
      Intake intake,
      List<JsonNode> contents,
      Function<Projector, Function<JsonNode, JsonNode>> view) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Grammar> grammars() {
    var strict = Intake.strict("s", new Vocabulary(List.of("a")));
    return Stream.of(
        new Grammar("contents", strict, contents(), projector -> projector::view),
        new Grammar(
            "results", strict, results(), projector -> result -> result(projector, strict, result)),
        new Grammar("blocks", strict, blocks(), projector -> r -> result(projector, strict, r)),
        new Grammar(
            "errors",
            strict,
            errors(),
            projector -> error -> ProtocolErrors.project(projector, error).view()),
        new Grammar("strict with a contract", agreed(false), agreedOn(), p -> p::view),
        new Grammar("typed with a contract", agreed(true), agreedOn(), p -> p::view));
  }

  @ParameterizedTest
  @MethodSource("grammars")
  void whatViewsCostFitsIntoOnePrefixCodeUnderEveryBudget(Grammar grammar) {
    for (var most = 1; most <= MOST_BITS; most++) {
      var views = views(grammar, most);

      assertThat(share(views)).as("%s, %d bits", grammar, most).isLessThan(1 + ROUNDING);
      assertThat((double) views.size())
          .as("%s, %d bits", grammar, most)
          .isLessThanOrEqualTo(Math.pow(2, most));
    }
  }

  @ParameterizedTest
  @MethodSource("grammars")
  void leavesHalfOfTheCodeForThePlacesWhereBudgetsEnd(Grammar grammar) {
    assertThat(share(views(grammar, ENDLESS))).isLessThan(0.5 + ROUNDING);
  }

  private static double share(Map<String, Double> views) {
    return views.values().stream().mapToDouble(bits -> Math.pow(2, -bits)).sum();
  }

  /** The distinct views, each with the fewest bits that it was charged. */
  private static Map<String, Double> views(Grammar grammar, int most) {
    Map<String, Double> views = new HashMap<>();
    for (var content : grammar.contents()) {
      var quarantine = new Quarantine(limits(most), new SeededRandom(1), FixedClock.AT);
      var _ =
          quarantine.projected(
              "t",
              grammar.intake(),
              projector -> {
                var view = grammar.view().apply(projector).apply(content);
                views.merge(view.toString(), projector.bits(), Math::min);
                return projector.projection(view);
              });
    }
    return views;
  }

  /** What an agent sees of a result, but for what is said of how much that told. */
  private static JsonNode result(Projector projector, Intake intake, JsonNode result) {
    var main = ToolResults.mainContent(result, 1_000);
    var shown = new ToolResults(projector, intake, 1_000, main).project(result).view();
    return JSON.arrayNode()
        .add(shown.path("content"))
        .add(shown.path("structuredContent"))
        .add(shown.path("isError"));
  }

  private static QuarantineLimits limits(int bits) {
    return new QuarantineLimits(
        bits,
        bits,
        64,
        Duration.ofHours(1),
        3,
        1,
        2,
        2,
        2,
        2,
        1_000,
        20_000,
        1 << 20,
        1 << 20,
        1,
        100);
  }

  private static Intake agreed(boolean typed) {
    var mode = typed ? QuarantineMode.TYPED : QuarantineMode.STRICT;
    return new Intake("s", new Vocabulary(List.of("a")), mode, Contracts.fields(FORMS));
  }

  private static List<JsonNode> scalars() {
    return parsed(
        Stream.of("null", "true", "false", "''", "'u'", "'v'", "0", "1", "-1", "2", "0.5", "9"));
  }

  private static List<JsonNode> few() {
    return parsed(Stream.of("null", "true", "''", "'u'", "1", "9", "[]", "{}", "[[[1]]]"));
  }

  /** All lists and objects of up to two of these, and lists of three. */
  private static List<JsonNode> around(List<JsonNode> inner, List<String> names) {
    var all = new ArrayList<JsonNode>(List.of(JSON.arrayNode(), JSON.objectNode()));
    for (var one : inner) {
      all.add(JSON.arrayNode().add(one));
      names.forEach(name -> all.add(JSON.objectNode().set(name, one)));
      for (var other : inner) {
        all.add(JSON.arrayNode().add(one).add(other));
        all.add(JSON.arrayNode().add(one).add(other).add(true));
        for (var i = 0; i < names.size(); i++) {
          for (var j = 0; j < names.size(); j++) {
            if (i != j) {
              var object = JSON.objectNode();
              object.set(names.get(i), one);
              all.add(object.set(names.get(j), other));
            }
          }
        }
      }
    }
    return all;
  }

  private static List<JsonNode> contents() {
    var all = new ArrayList<>(scalars());
    all.add(JSON.textNode("long ".repeat(400)));
    all.addAll(around(scalars(), List.of("a", "x", "y")));
    all.addAll(
        around(around(parsed(Stream.of("1", "'u'", "''")), List.of("a", "x")), List.of("x")));
    return all;
  }

  /** Results of every layout: with text, with structure, with both, with neither, failed or not. */
  private static List<JsonNode> results() {
    var bodies = new ArrayList<>(parsed(Stream.of("{}", "{'content': []}", "{'content': 'x'}")));
    for (var content : few()) {
      bodies.add(JSON.objectNode().set("structuredContent", content));
      for (var beside : parsed(Stream.of("'u'", "'[1]'", "''"))) {
        bodies.add(
            JSON.objectNode()
                .<ObjectNode>set("structuredContent", content)
                .set("content", JSON.arrayNode().add(text(beside))));
      }
      bodies.add(
          JSON.objectNode()
              .set("content", JSON.arrayNode().add(text(JSON.textNode(content.toString())))));
      bodies.add(JSON.objectNode().set("content", JSON.arrayNode().add(text(content))));
    }
    var many = JSON.arrayNode();
    IntStream.range(0, 101).forEach(_ -> many.add(text(JSON.textNode("u"))));
    bodies.add(JSON.objectNode().set("content", many));
    var all = new ArrayList<>(bodies);
    bodies.forEach(body -> all.add(((ObjectNode) body.deepCopy()).put("isError", true)));
    return all;
  }

  private static JsonNode text(JsonNode text) {
    return JSON.objectNode().put("type", "text").set("text", text);
  }

  /** Results of one and two blocks of each form. */
  private static List<JsonNode> blocks() {
    var some = new ArrayList<JsonNode>();
    for (var media : List.of("", "'mimeType': 'image/png', ", "'mimeType': 'text/plain', ")) {
      some.add(json("{'type': 'image', %s'data': 'x'}".formatted(media)));
      some.add(json("{'type': 'audio', %s'data': 'x'}".formatted(media)));
      for (var uri : List.of("", "'uri': 'u', ", "'uri': '', ")) {
        for (var body : List.of("'blob': 'x'", "'text': 'u'", "'text': ''", "'text': '[]'")) {
          some.add(json("{'type': 'resource', 'resource': {%s%s%s}}".formatted(media, uri, body)));
        }
      }
      for (var fields = 0; fields < 16; fields++) {
        var link = (ObjectNode) json("{%s'type': 'resource_link'}".formatted(media));
        var names = List.of("uri", "name", "title", "description");
        for (var i = 0; i < 4; i++) {
          if ((fields >> i & 1) == 1) {
            link.put(names.get(i), "");
          }
        }
        some.add(link);
      }
    }
    parsed(Stream.of("'u'", "''", "'[]'", "'{}'", "1", "[]")).forEach(t -> some.add(text(t)));
    some.add(json("{'type': 'hologram'}"));
    var all = new ArrayList<JsonNode>();
    for (var one : some) {
      all.add(JSON.objectNode().set("content", JSON.arrayNode().add(one)));
      for (var other : some) {
        all.add(JSON.objectNode().set("content", JSON.arrayNode().add(one).add(other)));
      }
    }
    return all;
  }

  private static List<JsonNode> errors() {
    var all = new ArrayList<JsonNode>();
    for (var code : List.of(-32_700, -32_600, -32_601, -32_602, -32_603, 1)) {
      for (var message : List.of("", ", 'message': 'u'", ", 'message': ''")) {
        for (var data : List.of("", ", 'data': null", ", 'data': 'u'", ", 'data': [1]")) {
          all.add(json("{'code': %d%s%s}".formatted(code, message, data)));
        }
      }
    }
    return all;
  }

  /**
   * What a contract names, with values within its bounds and without, and what it does not name.
   */
  private static List<JsonNode> agreedOn() {
    var values =
        parsed(
            Stream.of(
                "null",
                "true",
                "''",
                "'u'",
                "'on'",
                "'off'",
                "0",
                "1",
                "2",
                "9",
                "[]",
                "[1]",
                "[1, 2]",
                "[0, 0, 0]",
                "{}",
                "{'id': 1}",
                "[[[1]]]"));
    return around(values, List.of("a", "state", "id", "raw", "list", "other"));
  }

  private static List<JsonNode> parsed(Stream<String> texts) {
    return texts.map(text -> json("[" + text + "]").get(0)).toList();
  }
}
