package dev.sallyport.llm.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.eventstream.EventStreamReader;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.sse.SseFrame;
import dev.sallyport.llm.testing.EventStreams;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller sees of Bedrock's streams, wherever they end (R2; litellm #36650). */
final class StreamCutTest extends BedrockScene {
  private static final String DONE = "data: [DONE]\n\n";

  /** A stream, and how many of its frames say nothing yet. */
  @ParameterizedTest
  @CsvSource({"text,1", "tools,1", "reasoning,1", "stop_sequence,1"})
  void neverEndsAsIfItWereWholeWhereTheStreamIsCut(String name, int silent) throws IOException {
    var frames = frames(name);
    for (int cut = 0; cut < frames.size(); cut++) {
      var early = EventStreams.script(frames.subList(0, cut));
      for (var ended : List.of(EventStreams.script(frames).cutAfter(cut), early)) {
        var alias = fresh();
        upstream.answers(ended);
        var sink = new RecordingSink();
        if (cut <= silent) {
          assertThatThrownBy(() -> relay(alias, sink)).isInstanceOf(Refusal.class);
          assertThat(sink.events()).isEmpty();
        } else {
          relay(alias, sink);
          assertBroken(sink, name + " cut after " + cut);
        }
        checkLast();
      }
    }
  }

  @Test
  void givesAWholeAnswerOfAnotherWhereNothingWasSaidYetAndNeverOfTwo() throws IOException {
    try (var second = new FakeProvider()) {
      testing.provider("second", "openai", second.base());
      var frames = frames("text");
      for (int cut = 0; cut < frames.size(); cut++) {
        var alias = fresh();
        testing.deployment("second-" + alias, alias, "second", 1);
        upstream.answers(EventStreams.script(frames).cutAfter(cut));
        second.answers(Script.recorded(CannedAnswers.OPENAI_STREAM.replace("gpt-served", "other")));
        var sink = new RecordingSink();

        relay(alias, sink);

        if (cut <= 1) {
          assertThat(sink.text()).contains("other").doesNotContain(MODEL).endsWith(DONE);
        } else {
          assertThat(sink.text()).contains(MODEL).doesNotContain("other", "[DONE]");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "tools", "reasoning"})
  void readsAStreamTheSameWhenItComesByteByByte(String name) throws IOException {
    var alias = fresh();
    var script = EventStreams.script(frames(name));
    upstream.answers(script, script.bytewise());
    var whole = new RecordingSink();
    relay(alias, whole);
    var bytewise = new RecordingSink();
    relay(alias, bytewise);

    assertThat(bytewise.text()).isEqualTo(whole.text()).endsWith(DONE);
  }

  /** Each exception that Bedrock has for streams, before and after something was said. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "throttlingException",
        "validationException",
        "modelStreamErrorException",
        "internalServerException",
        "serviceUnavailableException",
        "modelTimeoutException",
        "someNewException"
      })
  void tellsOfAnExceptionWithinTheStreamWithoutItsWords(String exception) throws Exception {
    var frames = new ArrayList<>(frames("text").subList(0, 1));
    var thrown = EventStreams.frames("!" + exception + " {\"message\":\"canary\"}").getFirst();
    frames.add(thrown);
    assertThat(
            new BedrockAdapter()
                .stream(ChatRequest.of(TestingProxy.streamed("m")), GoldenTest.attempt(MODEL))
                    .accept(read(thrown)))
        .singleElement()
        .isInstanceOf(Piece.Failed.class);

    frames.add(1, frames("text").get(1));
    var alias = fresh();
    upstream.answers(EventStreams.script(frames));
    var sink = new RecordingSink();
    relay(alias, sink);
    assertBroken(sink, exception);
    assertThat(sink.text()).doesNotContain("canary");
    assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Aborted.class);
  }

  @Test
  void triesAnotherWhereAnExceptionIsTheFirstWord() throws IOException {
    try (var second = new FakeProvider()) {
      testing.provider("second", "openai", second.base());
      var alias = fresh();
      testing.deployment("second-" + alias, alias, "second", 1);
      upstream.answers(
          EventStreams.script(
              EventStreams.frames(
                  "messageStart {\"role\":\"assistant\"}\n!throttlingException {}")));
      var sink = new RecordingSink();

      relay(alias, sink);

      assertThat(sink.text()).contains(CannedAnswers.TEXT.substring(5)).endsWith(DONE);
    }
  }

  private static void assertBroken(RecordingSink sink, String what) {
    assertThat(sink.text()).as(what).doesNotContain("[DONE]");
    var last = Wire.object(sink.events().getLast().substring(6));
    assertThat(last.path("error").isObject()).as(what).isTrue();
    assertThat(last.has("choices")).as(what).isFalse();
  }

  /** An alias with a deployment of its own, since what breaks off speaks against its deployment. */
  private String fresh() {
    var alias = "alias" + testing.catalog.aliases().size();
    deployment(alias);
    return alias;
  }

  private void relay(String alias, RecordingSink sink) {
    var request = ChatRequest.of(TestingProxy.streamed(alias));
    testing.proxy.relay(testing.caller(), ModelRequest.of(request), Exchange.AS_IT_IS, sink);
  }

  private static SseFrame read(byte[] frame) throws IOException {
    return new EventStreamReader(new ByteArrayInputStream(frame), 1 << 16).next().orElseThrow();
  }

  private static List<byte[]> frames(String name) throws IOException {
    var file = "/golden/bedrock/streams/" + name + ".events";
    try (var in = StreamCutTest.class.getResourceAsStream(file)) {
      return EventStreams.frames(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
