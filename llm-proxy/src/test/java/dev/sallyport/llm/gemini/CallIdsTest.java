package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CallIdsTest {
  private final CallIds ids = new CallIds("resp-1");

  @Test
  void marksTheIdsThatGeminiGaveAndMakesThoseThatItDidNot() {
    assertThat(ids.next("8f2b1a3c")).isEqualTo("gem_8f2b1a3c");
    assertThat(ids.next("")).isEqualTo("call_9a8fd09575cd0c25_0");
    assertThat(ids.next("function-call-17")).isEqualTo("gem_function-call-17");
    assertThat(ids.next("")).isEqualTo("call_9a8fd09575cd0c25_1");
  }

  /** Whatever they look like: as those of others, or as marked already. */
  @ParameterizedTest
  @ValueSource(strings = {"8f2b1a3c", "call_9a8fd09575cd0c25_0", "call_0", "gem_a", "_", "-"})
  void knowsAgainWhatGeminiGave(String own) {
    assertThat(CallIds.own(ids.next(own))).contains(own);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c1",
        "8f2b1a3c",
        "call_9a8fd09575cd0c25_0",
        "call_0",
        "toolu_01A09q90qw90lq917835lq9",
        "gem_",
        "gem_a b",
        "GEM_a",
        "x_gem_a"
      })
  void takesNoOtherIdForOneOfGeminis(String id) {
    assertThat(CallIds.own(id)).isEmpty();
  }

  @Test
  void givesNoTwoCallsOneId() {
    assertThat(ids.next("a")).isEqualTo("gem_a");
    assertThat(ids.next("a")).isEqualTo("call_9a8fd09575cd0c25_0");
  }

  /** Other forms take no such ids. */
  @ParameterizedTest
  @ValueSource(strings = {"a b", "a/b", "\u00e9"})
  void makesAnIdInThePlaceOfOneThatCannotBeUsed(String own) {
    assertThat(ids.next(own)).isEqualTo("call_9a8fd09575cd0c25_0");
  }

  @Test
  void marksNoIdThatIsTooLongWithIt() {
    assertThat(ids.next("x".repeat(37))).isEqualTo("call_9a8fd09575cd0c25_0");
    assertThat(CallIds.own("gem_" + "x".repeat(37))).isEmpty();
    assertThat(ids.next("x".repeat(36))).isEqualTo("gem_" + "x".repeat(36)).hasSize(40);
  }
}
