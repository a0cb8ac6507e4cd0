package dev.sallyport.llm.skin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectEndTest {
  private final ObjectEnd end = new ObjectEnd();

  @ParameterizedTest
  @ValueSource(strings = {"{}", " {} ", "{\"a\":\"\\\\\"}", "{\"a\":[{\"b\":\"]\"}]}\n"})
  void findsTheEndOfAnObject(String text) {
    text.chars().forEach(one -> end.accept(Character.toString(one)));
    assertThat(end.isReached()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "{", "{\"a\":\"}", "{\"a\":\"\\\"}", "[{}", "1", "\"{}\"", "{}}"})
  void findsNoEndWhereThereIsNone(String text) {
    end.accept(text);
    assertThat(end.isReached()).isFalse();
  }
}
