package dev.sallyport.llm.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.testing.Wire;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PartialCallsTest {
  private static final String FIRST =
      "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}";

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "null", "\"other\""})
  void keepsTheIdAndTheNameThatACallBeganWith(String again) {
    var calls = new PartialCalls();
    var next =
        "{\"index\":0,\"id\":%s,\"type\":\"\",\"function\":{\"name\":%s,\"arguments\":\"}\"}}"
            .formatted(again, again.equals("\"other\"") ? "\"\"" : again);
    calls.add(Wire.object("{\"l\":[" + FIRST + "," + next + "]}").path("l"));

    assertThat(calls.whole(0)).hasSize(1);
    assertThat(calls.whole(0).getFirst().tree().toString())
        .isEqualTo(
            "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "null"})
  void takesAnIdAndANameThatComeLate(String none) {
    var calls = new PartialCalls();
    var early =
        "{\"index\":0,\"id\":%s,\"function\":{\"name\":%s,\"arguments\":\"\"}}"
            .formatted(none, none);
    calls.add(Wire.object("{\"l\":[" + early + "," + FIRST + "]}").path("l"));

    var call = calls.whole(0).getFirst().tree();
    assertThat(call.path("id").asText()).isEqualTo("a");
    assertThat(call.at("/function/name").asText()).isEqualTo("f");
  }
}
