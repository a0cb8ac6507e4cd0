package dev.sallyport.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.llm.openai.ChunkLook.Choice;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkLookTest {
  @Test
  void findsAllThatAChunkSaysOfTheAnswer() throws Exception {
    var look =
        at(
            """
            {"id":"c1","model":"m-1","service_tier":"flex","extra":{"deep":[1,{"model":"no"}]},
             "choices":[{"index":2,"delta":{"role":"assistant","content":"abc"},
             "finish_reason":"stop","logprobs":{"content":[]}}],
             "usage":{"prompt_tokens":9,"completion_tokens":1},"error":null}\
            """);

    assertThat(look.model()).isEqualTo("m-1");
    assertThat(look.serviceTier()).contains("flex");
    assertThat(look.usage().path("prompt_tokens").asInt()).isEqualTo(9);
    assertThat(look.choices()).containsExactly(new Choice(2, "stop", 3));
    assertThat(look.failed()).isFalse();
  }

  /** Vendors leave out, write null, or write something else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"model\":null,\"service_tier\":null,\"choices\":null,\"usage\":null,\"error\":null}",
        "{\"model\":\"\",\"service_tier\":7,\"choices\":{\"index\":1},\"object\":\"chunk\"}",
        "{\"model\":{\"a\":[1]},\"service_tier\":[\"flex\"],\"choices\":\"none\"}",
        "{\"choices\":[]}"
      })
  void findsNothingWhereNothingIs(String chunk) throws Exception {
    var look = at(chunk);

    assertThat(look.model()).isEmpty();
    assertThat(look.serviceTier()).isEmpty();
    assertThat(look.choices()).isEmpty();
    assertThat(look.usage().isObject()).isFalse();
    assertThat(look.failed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"error\":{\"message\":\"no\"}}", "{\"error\":\"no\"}", "{\"error\":[]}"})
  void knowsAChunkThatIsAnError(String chunk) throws Exception {
    assertThat(at(chunk).failed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                                                    | 0 | `` | 0",
        "{\"index\":null,\"delta\":null,\"finish_reason\":null}                | 0 | `` | 0",
        "{\"index\":\"3\",\"delta\":\"abc\",\"finish_reason\":\"\"}            | 3 | `` | 0",
        "{\"index\":1.0,\"delta\":[\"abc\"],\"finish_reason\":{\"a\":1}}       | 1 | `` | 0",
        "{\"finish_reason\":\"tool_calls\",\"index\":1,\"delta\":{}}           | 1 | tool_calls |"
            + " 0",
        "{\"delta\":{\"role\":\"assistant\",\"name\":\"n\",\"id\":\"i\",\"type\":\"t\"}} | 0 | `` |"
            + " 0",
        "{\"delta\":{\"content\":\"\",\"refusal\":null,\"audio\":{},\"parts\":[]}} | 0 | `` | 0",
        "{\"delta\":{\"content\":\"ab\",\"reasoning\":\"cde\"}}                | 0 | `` | 5",
        "{\"delta\":{\"n\":12,\"sure\":true}}                                  | 0 | `` | 6",
        "{\"delta\":{\"tool_calls\":[{\"index\":0}]}}                          | 0 | `` | 13",
        "{\"delta\":{\"content\":{\"delta\":{\"content\":\"x\"}}}}              | 0 | `` | 25",
        "7                                                                     | 0 | `` | 0",
      })
  void readsAChoice(String choice, int index, String finishReason, long said) throws Exception {
    assertThat(at("{\"choices\":[" + choice + ",{\"index\":9}]}").choices())
        .containsExactly(new Choice(index, finishReason, said), new Choice(9, "", 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "\"{}\"",
        "{",
        "{\"choices\":[",
        "{\"choices\":[{\"delta\":{\"content\":\"a",
        "{\"choices\":[{\"delta\":{\"content\":\"a\"}}",
        "{\"usage\":{\"prompt_tokens\":1}",
        "{\"other\":[{]}",
        "{} {}",
        "{}]",
        "{\"choices\":[{\"index\":1e99}]}",
        "{'model':'m'}"
      })
  void refusesWhatIsNoChunk(String chunk) {
    assertThatThrownBy(() -> ChunkLook.at(chunk.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedReplyException.class);
  }

  @Test
  void refusesWhatNestsTooDeeply() {
    var chunk = "{\"other\":" + "[".repeat(500) + "]".repeat(500) + "}";

    assertThatThrownBy(() -> ChunkLook.at(chunk.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedReplyException.class);
  }

  /** The bytes, and the tree that they are, tell the same. */
  private static ChunkLook at(String chunk) throws MalformedReplyException {
    var look = ChunkLook.at(chunk.getBytes(StandardCharsets.UTF_8));
    var ofTree = ChunkLook.at(Wire.object(chunk));
    assertThat(ofTree.model()).isEqualTo(look.model());
    assertThat(ofTree.serviceTier()).isEqualTo(look.serviceTier());
    assertThat(ofTree.choices()).isEqualTo(look.choices());
    assertThat(Optional.of(ofTree.usage())).contains(look.usage());
    assertThat(ofTree.failed()).isEqualTo(look.failed());
    return look;
  }
}
