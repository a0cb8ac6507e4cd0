package dev.sallyport.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldPathTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "$, $",
        "$.a.b, $.a.b",
        "$.items[*].id, $.items[*].id",
        "$[*].x, $[*].x",
        "$.*, $.*",
        "$.*[*].*, $.*[*].*",
        "$['a'], $.a",
        "$['a b.c'][*], $['a b.c'][*]",
        "$.naïve-name_1, $.naïve-name_1",
      })
  void readsMembersAndItems(String text, String canonical) {
    assertThat(FieldPath.parse(text)).hasToString(canonical);
    assertThat(FieldPath.parse(canonical)).isEqualTo(FieldPath.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        ".a",
        "$a",
        "$.",
        "$..a",
        "$[0]",
        "$[*",
        "$.a[?(@.b)]",
        "$.a b",
        "$[a]",
        "$['']",
        "$['a'",
        "$.a*",
        "$ ",
        "$.a.",
        "/a"
      })
  void refusesAllOtherText(String text) {
    assertThatThrownBy(() -> FieldPath.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void hasAtMostSixteenSteps() {
    assertThat(FieldPath.parse("$" + ".a".repeat(16)).steps()).hasSize(16);
    assertThatThrownBy(() -> FieldPath.parse("$" + ".a".repeat(17)))
        .hasMessageContaining("16 steps: 17");
  }

  @Test
  void isSaidOnce() {
    var rule = FieldRule.of(new FieldForm.Flag());

    assertThat(ResultRules.byPath(Map.of("$.a", rule, "$.b", rule))).hasSize(2);
    assertThatThrownBy(() -> ResultRules.byPath(Map.of("$.a", rule, "$['a']", rule)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("said twice");
  }
}
