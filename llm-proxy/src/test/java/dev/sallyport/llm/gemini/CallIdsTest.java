package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CallIdsTest {
  private final CallIds ids = new CallIds("resp-1");

  @Test
  void keepsTheIdsThatGeminiGaveAndMakesThoseThatItDidNot() {
    assertThat(ids.next("8f2b1a3c")).isEqualTo("8f2b1a3c");
    assertThat(ids.next("")).isEqualTo("call_9a8fd09575cd0c25_0");
    assertThat(ids.next("function-call-17")).isEqualTo("function-call-17");
    assertThat(ids.next("")).isEqualTo("call_9a8fd09575cd0c25_1");
    assertThat(CallIds.isTold("8f2b1a3c")).isTrue();
    assertThat(CallIds.isTold("call_9a8fd09575cd0c25_0")).isFalse();
  }

  @Test
  void givesNoTwoCallsOneId() {
    assertThat(ids.next("a")).isEqualTo("a");
    assertThat(ids.next("a")).isEqualTo("call_9a8fd09575cd0c25_0");
  }

  /** Other forms take no such ids, and those of our own make are not for others to give. */
  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a/b", "\u00e9", "call_9a8fd09575cd0c25_1", "call_0123456789abcdef_0"})
  void makesAnIdInThePlaceOfOneThatCannotBeUsed(String own) {
    assertThat(ids.next(own)).isEqualTo("call_9a8fd09575cd0c25_0");
    assertThat(ids.next("x".repeat(65))).isEqualTo("call_9a8fd09575cd0c25_1");
    assertThat(ids.next("x".repeat(64))).hasSize(64);
  }
}
