package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a caller sees of streams that no event ends (R2; bifrost #5665, litellm #39748). */
final class GeminiStreamsTest {
  private static final String DONE = "data: [DONE]\n\n";
  private static final String RECORDED =
      """
      data: {"candidates":[{"content":{"role":"model","parts":[]}}],"usageMetadata":{"promptTokenCount":20},"modelVersion":"gemini-served","responseId":"r"}

      data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm","thought":true}]}}],"usageMetadata":{"promptTokenCount":20},"modelVersion":"gemini-served","responseId":"r"}

      data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hello"}]}}],"usageMetadata":{"promptTokenCount":20},"modelVersion":"gemini-served","responseId":"r"}

      data: {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]}}],"usageMetadata":{"promptTokenCount":20},"modelVersion":"gemini-served","responseId":"r"}

      data: {"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":5,"thoughtsTokenCount":9,"totalTokenCount":34},"modelVersion":"gemini-served","responseId":"r"}

      """;
  private static final int FIRST_CONTENT = 1;

  private final FakeProvider google = new FakeProvider().lenient();
  private final FakeProvider other = new FakeProvider();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    google.close();
    other.close();
  }

  @Test
  void neverEndsAsIfItWereWholeWhereTheStreamIsCut() {
    testing.provider("second", "gemini", google.base());
    var events = Script.split(RECORDED);
    for (int cut = 0; cut < events.size(); cut++) {
      for (var ended :
          List.of(Script.recorded(RECORDED).cutAfter(cut), Script.events(events.subList(0, cut)))) {
        var alias = "a" + testing.evidence.records().size();
        testing.deployment("d-" + alias, alias, "second", 0);
        google.answers(ended);
        var sink = new RecordingSink();
        if (cut <= FIRST_CONTENT) {
          assertThatThrownBy(() -> relay(alias, sink))
              .isInstanceOfSatisfying(
                  Refusal.class,
                  e -> assertThat(e.code()).isEqualTo(RefusalCode.UPSTREAM_UNAVAILABLE));
          assertThat(sink.events()).isEmpty();
        } else {
          relay(alias, sink);
          assertThat(sink.text()).as("cut after %d", cut).doesNotContain("[DONE]");
          var last = Wire.object(sink.events().getLast().substring(6));
          assertThat(last.at("/error/code").asText()).isEqualTo("upstream_unavailable");
          assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Aborted.class);
        }
      }
    }
  }

  @Test
  void givesAWholeAnswerOfAnotherWhereNothingWasSaidYetAndNeverOfTwo() {
    testing.provider("second", "gemini", google.base());
    testing.provider("openai", "openai", other.base());
    for (int cut = 0; cut < Script.split(RECORDED).size(); cut++) {
      var alias = "b" + cut;
      testing.deployment("g-" + alias, alias, "second", 0);
      testing.deployment("o-" + alias, alias, "openai", 1);
      google.answers(Script.recorded(RECORDED).cutAfter(cut));
      other.answers(Script.recorded(CannedAnswers.OPENAI_STREAM.replace("gpt-served", "other")));
      var sink = new RecordingSink();

      relay(alias, sink);

      if (cut <= FIRST_CONTENT) {
        assertThat(sink.text()).contains("other").doesNotContain("gemini-served").endsWith(DONE);
      } else {
        assertThat(sink.text()).contains("gemini-served").doesNotContain("other", "[DONE]");
      }
    }
  }

  @Test
  void endsWhereTheAnswerEndsAndReadsItTheSameByteByByte() {
    testing.provider("second", "gemini", google.base()).deployment("d", "whole", "second", 0);
    google.answers(Script.recorded(RECORDED), Script.recorded(RECORDED).bytewise());
    var whole = new RecordingSink();
    relay("whole", whole);
    var bytewise = new RecordingSink();
    relay("whole", bytewise);

    assertThat(whole.text()).contains("\"reasoning\":\"Hm\"", "Hello").endsWith(DONE);
    assertThat(whole.text()).contains("\"finish_reason\":\"tool_calls\"");
    assertThat(bytewise.text()).isEqualTo(whole.text());
    assertThat(testing.evidence.outcomes()).hasOnlyElementsOfType(Outcome.Succeeded.class);
    assertThat(testing.evidence.records().getLast().toString()).contains("\"tokens_out\":14");
  }

  @Test
  void tellsOfAnErrorInTheMiddleWithoutTheUpstreamsWords() {
    testing.provider("second", "gemini", google.base()).deployment("d", "broken", "second", 0);
    var error = "{\"error\":{\"code\":500,\"message\":\"canary\",\"status\":\"INTERNAL\"}}";
    for (var event : List.of(error, "[" + error + "]")) {
      var events = Script.split(RECORDED).subList(0, 3);
      google.answers(
          Script.events(List.of(events.get(0), events.get(2), "data: " + event + "\n\n")));
      var sink = new RecordingSink();

      relay("broken", sink);

      assertThat(sink.text()).contains("upstream_unavailable").doesNotContain("canary", "[DONE]");
    }
  }

  @Test
  void tellsThatAPolicyBlockedThePromptAndAsksNobodyElse() {
    testing.provider("second", "gemini", google.base()).deployment("d", "shy", "second", 0);
    testing.provider("openai", "openai", other.base()).deployment("o", "shy", "openai", 1);
    google.answers(
        Script.events(List.of("data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n")));

    assertThatThrownBy(() -> relay("shy", new RecordingSink()))
        .isInstanceOfSatisfying(
            Refusal.class,
            e -> assertThat(e.code()).isEqualTo(RefusalCode.CONTENT_POLICY_VIOLATION));
    assertThat(other.received()).isEmpty();
  }

  private void relay(String alias, RecordingSink sink) {
    var request = ChatRequest.of(TestingProxy.streamed(alias));
    testing.proxy.relay(testing.caller(), ModelRequest.of(request), Exchange.AS_IT_IS, sink);
  }
}
