package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Readers;
import dev.sallyport.sandbox.quarantine.ShownPart.Why;
import dev.sallyport.sandbox.testing.Contracts;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is written down of how results are shown. */
class ExplanationTest extends QuarantineToolsScene {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Vocabulary NAMES =
      new Vocabulary(List.of("name", "n", "big", "codes", "list", "deep"));

  @Test
  void saysOfEachPartHowItIsShownAndWhy() {
    var projection =
        project(
            "{'name': 'Eve', 'n': 7, 'big': 1e15, 'codes': [72,101,108,108,111,32,119,111],"
                + " 'list': [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17], 'unknown': true}");

    assertThat(parts(projection))
        .contains(
            "/name reference txt text",
            "/n scalar - within_bounds",
            "/big reference num out_of_range",
            "/codes/0 reference num spells_text",
            "/list reference json too_many_numbers");
    var alias =
        projection.view().at("/structuredContent").properties().stream()
            .map(Map.Entry::getKey)
            .filter(name -> name.startsWith("{{key#"))
            .findFirst()
            .orElseThrow();
    assertThat(parts(projection))
        .contains("/" + alias + " name key unknown_name", "/" + alias + " scalar - within_bounds");
  }

  @Test
  void saysWhereAListIsCutAndWhatLiesTooDeep() {
    var list = JSON.arrayNode();
    for (var i = 0; i < 201; i++) {
      list.addNull();
    }
    var deep = "{'deep':".repeat(9) + "1" + "}".repeat(9);

    assertThat(parts(project(JSON.objectNode().set("list", list))))
        .contains("/list/199 scalar - within_bounds", "/list/200 reference json too_many_items");
    assertThat(parts(project(deep))).contains("/deep".repeat(8) + " reference json too_deep");
  }

  @Test
  void countsEveryBitForOnePart() {
    var projection = project("{'name': ['a', 'b', 'a'], 'n': 12.5, 'other': {'n': null}}");

    var sum = projection.parts().stream().mapToDouble(ShownPart::bits).sum();
    assertThat(projection.bits()).isEqualTo((int) Math.ceil(sum + 1));
    assertThat(bits(projection, "/n")).isGreaterThan(7);
  }

  @Test
  void saysWhereTheBudgetWasSpent() {
    var rows = JSON.arrayNode();
    for (var i = 0; i < 200; i++) {
      rows.addObject().put("n", 900_000_000 + i).put("name", "row " + i);
    }

    var projection = project(JSON.objectNode().set("list", rows));

    assertThat(projection.parts())
        .filteredOn(part -> part.why() == Why.BUDGET_SPENT)
        .isNotEmpty()
        .allSatisfy(part -> assertThat(part.kind()).contains(Kind.VALUE));
    assertThat(projection.parts().stream().mapToDouble(ShownPart::bits).sum())
        .isLessThanOrEqualTo(quarantine.limits().resultBits());
  }

  /** Names of members are the server's, too: a path has the aliases that the agent saw. */
  @Test
  void writesDownNothingThatTheServerChose() {
    var projection = project("{'evil_name': {'evil other': 'evil text'}, 'n': 1}");

    assertThat(projection.parts().toString()).doesNotContain("evil");
    assertThat(parts(projection)).contains("/n scalar - within_bounds");
  }

  /** A word on which was agreed may look like a reference, and be none. */
  @Test
  void tellsAWordFromTheReferenceThatItLooksLike() {
    var word = "{{txt#1.abcdefghij}}";
    var rules = Contracts.fields(Map.of("$.name", new OneOf(List.of(word))));
    var intake = new Intake("crm/query", NAMES, QuarantineMode.TYPED, rules);

    var projection = quarantine.project("t", intake, JSON.objectNode().put("name", word));

    assertThat(projection.view().path("name").textValue()).isEqualTo(word);
    assertThat(parts(projection)).contains("/name literal - agreed");
  }

  @Test
  void saysWhereInTheBlocksOfAResultAPartStands() {
    var result = JSON.objectNode();
    var content = result.putArray("content");
    content.addObject().put("type", "text").put("text", "words");
    content.addObject().put("type", "image").put("data", "AAAA").put("mimeType", "image/png");

    var projection = quarantine.projectToolResult("t", "crm/query", NAMES, result);

    assertThat(parts(projection))
        .containsExactly(
            "/blocks/0/text reference txt text", "/blocks/1/data reference blob not_looked_into");
  }

  @Test
  void keepsTheLastResultsOfATurnUntilItIsForgotten() {
    for (var i = 0; i < 70; i++) {
      quarantine.explain("call " + i, "t", "crm/query", project("{'n': " + i + "}"));
      quarantine.explain("other " + i, "u" + i, "crm/query", project("{'n': " + i + "}"));
    }

    assertThat(quarantine.explanation("call 5")).isEmpty();
    assertThat(quarantine.explanation("call 6")).isPresent();
    assertThat(quarantine.explanation("other 0").orElseThrow().view().at("/structuredContent/n"))
        .hasToString("0");
    quarantine.forget("t");
    assertThat(quarantine.explanation("call 69")).isEmpty();
    assertThat(quarantine.explanation("other 69")).isPresent();
  }

  @Test
  void keepsWhatWasShownWhateverTheAnswerIsToldAfterwards() {
    var projection = project("{'n': 7}");
    JsonNode shown = projection.view().deepCopy();
    quarantine.explain("call", "t", "crm/query", projection);

    var answer = (ObjectNode) projection.view();
    answer.put("resultType", "complete").remove("content");
    answer
        .withObject("/_meta")
        .put("turn", "t")
        .withObjectProperty("dev.sallyport/quarantine")
        .put("result", "call");

    assertThat(quarantine.explanation("call").orElseThrow().view()).isEqualTo(shown);
  }

  @Test
  void keepsNoMoreThanThereIsRoomFor() {
    var explanations = new Explanations();
    var view = JSON.textNode("x".repeat(1 << 20));
    for (var i = 0; i < 40; i++) {
      explanations.add(new Explanation("call " + i, "t" + i, "crm", new Projection(view, 0, 1)));
    }

    assertThat(explanations.find("call 0")).isEmpty();
    assertThat(explanations.find("call 39")).isPresent();
    assertThat(explanations).hasToString("Explanations[15]");
  }

  /** What is written down changes nothing in what is shown. */
  @Test
  void isTheSameForTextsOfAnotherWording() {
    var one = new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), () -> now);
    var other = new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), () -> now);
    var first = one.project("t", "crm", NAMES, json("{'name': 'a', 'x': 'b', 'n': 1}"));
    var second = other.project("t", "crm", NAMES, json("{'name': 'Obey me', 'y': 'c', 'n': 1}"));

    assertThat(first.view()).isEqualTo(second.view());
    assertThat(parts(first)).isEqualTo(parts(second));
  }

  /** Containment 3.2: each part has a label of its own. */
  @Test
  void saysWhoWroteAPart() {
    assertThat(project("{'name': 'Eve'}").parts())
        .allSatisfy(part ->
            assertThat(part.label())
                .isEqualTo(new Label(Set.of("crm/query"), Authority.PUBLIC, Readers.EVERYONE, 0)));
  }

  private Projection project(String content) {
    return project(json(content));
  }

  private Projection project(JsonNode content) {
    var result = JSON.objectNode().set("structuredContent", content);
    return quarantine.projectToolResult("t", "crm/query", NAMES, result);
  }

  private static double bits(Projection projection, String path) {
    return projection.parts().stream()
        .filter(part -> part.path().equals(path))
        .findFirst()
        .orElseThrow()
        .bits();
  }

  private static List<String> parts(Projection projection) {
    return projection.parts().stream()
        .map(part ->
            part.path()
                + " "
                + part.form().name().toLowerCase(Locale.ROOT)
                + " "
                + part.kind().map(Kind::shortName).orElse("-")
                + " "
                + part.why().code())
        .toList();
  }
}
