package dev.sallyport.sandbox.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", " \n[1, {\"a\": \"]\"}]\t\r", "{\"a\": [\"}\"]}"})
  void readsATextThatIsAStructure(String text) {
    assertThat(Content.structureOf(text, 100)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[",
        "]",
        "{",
        "}",
        "[}",
        "{]",
        "[1]!",
        "![1]",
        "[1!]",
        "[1] [2]",
        "{\"a\": 1}}",
        "{\"a\": 1, \"a\": 2}",
        "7",
        "\"[]\"",
        "null",
        "[1]\u00a0",
        "// x\n[1]",
        "[1,]"
      })
  void takesAnyOtherForAText(String text) {
    assertThat(Content.structureOf(text, 100)).isEmpty();
  }

  @Test
  void readsNoLongerTextThanItIsTold() {
    assertThat(Content.structureOf("[1234]", 6)).isPresent();
    assertThat(Content.structureOf("[1234]", 5)).isEmpty();
  }

  /** What is known of a part is what would be counted. */
  @Test
  void weighsTheRestOfAListWithoutLookingAtItAgain() {
    for (var size : new int[] {3, 64, 65, 300}) {
      var list = JSON.arrayNode();
      for (var i = 0; i < size; i++) {
        list.addObject().put("name", "text " + i).putArray("more").add(i);
      }
      var rest = JSON.arrayNode();
      for (var i = 2; i < size; i++) {
        rest.add(list.get(i));
      }
      var weights = new Weights();

      assertThat(weights.fits(list, 1 << 20)).isTrue();
      weights.withoutFirst(rest, list, 2);
      assertThat(weights.of(rest)).isEqualTo(new Weights().of(rest));
      assertThat(weights.of(list)).isEqualTo(new Weights().of(list));
    }
  }

  @Test
  void weighsWhatLiesTooDeepToBeRead() {
    JsonNode deep = JSON.textNode("abc");
    for (var i = 0; i < 5_000; i++) {
      deep = JSON.arrayNode().add(deep);
    }

    assertThat(new Weights().fits(deep, Long.MAX_VALUE)).isFalse();
    assertThat(new Weights().of(deep)).isEqualTo(5_001 * 8 + 3);
  }
}
