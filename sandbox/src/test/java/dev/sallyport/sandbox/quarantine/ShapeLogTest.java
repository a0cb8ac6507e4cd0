package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.contract.FieldPath;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShapeLogTest extends QuarantineToolsScene {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @Test
  void countsTypesBoundsAndLooksByPath() {
    project(
        "{'items': [{'id': 'A-1', 'n': 3, 'by': 'ann@x.example', 'on': '2031-02-03'},"
            + " {'id': 'A-2', 'n': -1.25, 'by': null}]}");

    var id = shape("$.items[*].id");
    assertThat(id.isOnly(Shape.Type.TEXT)).isTrue();
    assertThat(id.looks()).containsOnlyKeys(Kind.IDENTIFIER);
    assertThat(id.distinctTexts()).isEqualTo(2);
    assertThat(id.longestText()).isEqualTo(3);
    var number = shape("$.items[*].n").numbers().orElseThrow();
    assertThat(number)
        .isEqualTo(new Shape.Range(new BigDecimal("-1.25"), BigDecimal.valueOf(3), 2));
    assertThat(shape("$.items[*].by").count(Shape.Type.NULL)).isEqualTo(1);
    assertThat(shape("$.items[*].by").looks()).containsOnlyKeys(Kind.ADDRESS);
    assertThat(shape("$.items[*].on").within()).isEqualTo(2);
    assertThat(shape("$.items[*].on").seen()).isEqualTo(1);
    assertThat(shape("$.items").mostItems()).isEqualTo(2);
  }

  @Test
  void keepsNoCharacterOfAText() {
    project("{'status': 'canary-1', 'list': ['canary-2'], 'canary three': 'canary-4'}");

    assertThat(quarantine.shapes().of("crm/query").toString()).doesNotContain("canary");
    assertThat(quarantine.shapes().toString()).doesNotContain("canary");
  }

  @Test
  void takesNamesThatAreNoFieldsForAnyMember() {
    project("{'a b': 1, '\\u001b[2J': 2, 'fine_name': 3}");

    assertThat(quarantine.shapes().of("crm/query").keySet())
        .extracting(FieldPath::toString)
        .containsExactly("$", "$.*", "$.fine_name");
    assertThat(shape("$.*").seen()).isEqualTo(2);
  }

  @Test
  void takesTheMembersOfALargeObjectForEntriesOfAMap() {
    var object = JSON.objectNode();
    for (var i = 0; i < 65; i++) {
      object.put("n" + i, i);
    }
    projectTree(object);

    assertThat(quarantine.shapes().of("crm/query").keySet())
        .extracting(FieldPath::toString)
        .containsExactly("$", "$.*");
  }

  @Test
  void looksAtTheOneTextOfAResultAsJsonOrWhole() {
    var result = JSON.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", "[{\"a\": true}]");
    projectResult(result);
    assertThat(shape("$[*].a").isOnly(Shape.Type.BOOLEAN)).isTrue();

    ((ObjectNode) result.at("/content/0")).put("text", "words");
    projectResult(result);
    assertThat(shape("$").count(Shape.Type.TEXT)).isEqualTo(1);
  }

  @Test
  void looksAtNoFailure() {
    var result = JSON.objectNode().put("isError", true);
    result.set("structuredContent", json("{'a': 1}"));
    projectResult(result);

    assertThat(quarantine.shapes().of("crm/query")).isEmpty();
  }

  @Test
  void keepsBoundsWhateverComes() {
    var wide = JSON.objectNode();
    for (var i = 0; i < 60; i++) {
      var inner = wide.putObject("w" + i);
      for (var n = 0; n < 60; n++) {
        inner.put("n" + n, "1e999999999");
      }
    }
    projectTree(wide);
    projectTree(json("{'n': 1e999999, 'm': 1e-999999}"));

    assertThat(quarantine.shapes().of("crm/query")).hasSize(256);
    assertThat(shape("$").count(Shape.Type.OBJECT)).isEqualTo(2);
  }

  @Test
  void tellsFewDifferentWordsFromMany() {
    for (var i = 0; i < 40; i++) {
      project("{'few': '" + "abc".charAt(i % 3) + "', 'many': 'word" + i + "'}");
    }

    assertThat(shape("$.few").distinctTexts()).isEqualTo(3);
    assertThat(shape("$.many").distinctTexts()).isEqualTo(Shape.MANY);
  }

  private Shape shape(String path) {
    return Optional.ofNullable(quarantine.shapes().of("crm/query").get(FieldPath.parse(path)))
        .orElseThrow();
  }

  private void project(String content) {
    projectTree(json(content));
  }

  private void projectTree(JsonNode content) {
    projectResult(JSON.objectNode().set("structuredContent", content));
  }

  private void projectResult(JsonNode result) {
    var _ = quarantine.projectToolResult("t", "crm/query", Vocabulary.NONE, result);
  }
}
