package dev.sallyport.llm.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.testing.Wire;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CallPlacesTest {
  /** Each delta is an index, an id and a name, of which {@code -} is none. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "an index each, 0 a f; 0 - -; 1 b g; 0 - -; 1 - -, 0 0 1 0 1",
    "indices that begin late and out of order, 7 a f; 3 b g; 7 - -, 0 1 0",
    "one index and ids, 0 a f; 0 - -; 0 b g; 0 - -; 0 c f, 0 0 1 1 2",
    "one index and a call whose id comes again later, 0 a f; 0 b g; 0 a -; 0 - -, 0 1 0 0",
    "one index after which another comes, 0 a f; 0 b g; 1 c h; 0 - -; 1 - -, 0 1 2 1 2",
    "an id again in every delta, 0 a f; 0 a -; 0 a f; 1 b g; 1 b g, 0 0 0 1 1",
    "a name again in every delta, 0 a f; 0 - f; 0 - f, 0 0 0",
    "an id of its own in every delta, 0 a f; 0 b -; 0 c -; 1 d g; 1 e -, 0 0 0 1 1",
    "an id that comes after the name, 0 - f; 0 a -; 0 b g, 0 0 1",
    "one id for all, 0 a f; 1 a f; 0 a -; 1 - -, 0 1 0 1",
    "no index, - a f; - - -; - b g; - - -, 0 0 1 1",
    "no index and an id in every delta, - a f; - a -; - b g; - a -, 0 0 1 0",
    "no index and a name again, - a f; - - f, 0 0",
    "neither index nor id, - - f; - - -; - - g, 0 0 1",
    "an index only where a call begins, 0 a f; - - -; 1 b g; - - -, 0 0 1 1",
    "an index below all, -4 a f; -4 - -; -9 b g, 0 0 1",
  })
  void tellsCallsApart(String how, String deltas, String places) {
    var calls = new CallPlaces();
    var told =
        Arrays.stream(deltas.split("; "))
            .map(delta -> calls.of(Wire.object(json(delta.split(" ")))))
            .map(String::valueOf)
            .collect(Collectors.joining(" "));

    assertThat(told).as(how).isEqualTo(places);
  }

  @ParameterizedTest
  @CsvSource({"function", "custom"})
  void knowsTheNamesOfEveryKindOfTool(String kind) {
    var calls = new CallPlaces();
    var call = "{\"index\":0,\"id\":\"%s\",\"%s\":{\"name\":\"f\"}}";

    assertThat(calls.of(Wire.object(call.formatted("a", kind)))).isZero();
    assertThat(calls.of(Wire.object(call.formatted("b", kind)))).isOne();
  }

  private static String json(String[] delta) {
    var index = delta[0].equals("-") ? "null" : delta[0];
    var id = delta[1].equals("-") ? "null" : "\"" + delta[1] + "\"";
    var name = delta[2].equals("-") ? "" : delta[2];
    return "{\"index\":%s,\"id\":%s,\"function\":{\"name\":\"%s\",\"arguments\":\"\"}}"
        .formatted(index, id, name);
  }
}
