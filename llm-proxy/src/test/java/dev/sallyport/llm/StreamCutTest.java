package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a caller sees when an upstream's stream ends after any of its events. */
final class StreamCutTest {
  private static final String DONE = "data: [DONE]\n\n";

  private final FakeProvider upstream = new FakeProvider();
  private final FakeProvider second = new FakeProvider();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
    second.close();
  }

  @ParameterizedTest
  @CsvSource({"openai,1", "anthropic,3"})
  void neverEndsAsIfItWereWholeWhereTheStreamIsCut(String protocol, int firstContent) {
    var recorded = recorded(protocol);
    for (int cut = 0; cut < Script.split(recorded).size(); cut++) {
      for (var ended : List.of(cutOff(recorded, cut), endedEarly(recorded, cut))) {
        // A deployment of its own for each, since what breaks off speaks against its deployment.
        var alias = protocol + testing.evidence.records().size();
        setUp(protocol, alias);
        upstream.answers(ended);
        var sink = new RecordingSink();
        if (cut <= firstContent) {
          assertThatThrownBy(() -> relay(alias, sink))
              .isInstanceOfSatisfying(
                  Refusal.class,
                  e -> assertThat(e.code()).isEqualTo(RefusalCode.UPSTREAM_UNAVAILABLE));
          assertThat(sink.heads()).isEmpty();
          assertThat(sink.events()).isEmpty();
        } else {
          relay(alias, sink);
          assertThat(sink.text()).as("%s cut after %d", protocol, cut).doesNotContain("[DONE]");
          var last = Wire.object(sink.events().getLast().substring(6));
          assertThat(last.at("/error/code").asText()).isEqualTo("upstream_unavailable");
          assertThat(last.has("choices")).isFalse(); // or it is taken for a chunk
          assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Aborted.class);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"openai,1", "anthropic,3"})
  void givesAWholeAnswerOfAnotherWhereNothingWasSaidYetAndNeverOfTwo(
      String protocol, int firstContent) {
    var recorded = recorded(protocol);
    testing.provider("second", "openai", second.base());
    for (int cut = 0; cut < Script.split(recorded).size(); cut++) {
      var alias = protocol + cut;
      setUp(protocol, alias);
      testing.deployment("second-" + alias, alias, "second", 1);
      upstream.answers(Script.recorded(recorded).cutAfter(cut));
      second.answers(Script.recorded(CannedAnswers.OPENAI_STREAM.replace("gpt-served", "other")));
      var sink = new RecordingSink();

      relay(alias, sink);

      if (cut <= firstContent) {
        assertThat(sink.text()).contains("other", CannedAnswers.TEXT.substring(5)).endsWith(DONE);
        assertThat(sink.text()).doesNotContain("served");
        assertThat(sink.heads().getFirst().deployment()).contains("second-" + alias);
      } else {
        assertThat(sink.text()).contains("served").doesNotContain("other", "[DONE]");
      }
    }
    assertThat(testing.evidence.outcomes()).hasSize(Script.split(recorded).size());
  }

  @ParameterizedTest
  @CsvSource({"openai", "anthropic"})
  void readsAStreamTheSameWhenItComesByteByByte(String protocol) {
    setUp(protocol, "whole");
    var whole = new RecordingSink();
    relay("whole", whole);
    upstream.answers(Script.recorded(recorded(protocol)).bytewise());
    var bytewise = new RecordingSink();
    relay("whole", bytewise);

    assertThat(bytewise.text()).isEqualTo(whole.text()).endsWith(DONE);
    assertThat(whole.text()).contains("Hello", ", world.");
  }

  @Test
  void tellsOfAnErrorInTheMiddleWithoutTheUpstreamsWords() {
    for (var protocol : List.of("openai", "anthropic")) {
      setUp(protocol, protocol);
      var events = new ArrayList<>(Script.split(recorded(protocol)).subList(0, 4));
      events.add(
          "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
              + "\"code\":\"busy\",\"message\":\"canary\"}}\n\n");
      upstream.answers(Script.events(events));
      var sink = new RecordingSink();

      relay(protocol, sink);

      assertThat(sink.text()).contains("upstream_overloaded").doesNotContain("canary", "[DONE]");
      assertThat(sink.broken().getLast().callId()).contains(sink.heads().getFirst().callId());
      assertThat(testing.evidence.records(Ended.class).getLast().facts().path("provider_code"))
          .hasToString("\"busy\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data: [DONE]\n\n",
        "data: {\"choices\":[]}\n\ndata: [DONE]\n\n",
        "data: not json\n\n",
        "data: [1]\n\n",
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\ndata: [DONE]\n\n",
      })
  void takesAStreamThatSaysNothingForNoAnswer(String stream) {
    setUp("openai", "empty");
    upstream.answers(Script.recorded(stream));
    assertThatThrownBy(() -> relay("empty", new RecordingSink())).isInstanceOf(Refusal.class);
  }

  @Test
  void takesAJsonAnswerToARequestForAStreamForNoAnswer() {
    setUp("openai", "json");
    upstream.answers(Script.json(200, "{\"choices\":[{\"message\":{}}]}"));
    assertThatThrownBy(() -> relay("json", new RecordingSink()))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.UPSTREAM_MALFORMED));
  }

  private static Script cutOff(String recorded, int after) {
    return Script.recorded(recorded).cutAfter(after);
  }

  /** Ends as HTTP has it, but not as the protocol has it. */
  private static Script endedEarly(String recorded, int after) {
    return Script.events(Script.split(recorded).subList(0, after));
  }

  private static String recorded(String protocol) {
    return protocol.equals("openai") ? CannedAnswers.OPENAI_STREAM : CannedAnswers.ANTHROPIC_STREAM;
  }

  private void setUp(String protocol, String alias) {
    if (testing.catalog.aliases().stream().noneMatch(one -> one.startsWith(protocol))) {
      testing.provider(protocol, protocol, upstream.base());
    }
    testing.deployment("d-" + alias, alias, protocol, 0);
  }

  private void relay(String alias, RecordingSink sink) {
    var request = ChatRequest.of(TestingProxy.streamed(alias));
    testing.proxy.relay(testing.caller(), ModelRequest.of(request), Exchange.AS_IT_IS, sink);
  }
}
