package dev.sallyport.llm.skin.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.SkinSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R2 for callers of the Messages form, of providers that speak it and of those that do not. */
final class MessagesStreamCutTest {
  private static final String STOP = "message_stop";

  private final MessagesSkin skin = new MessagesSkin();

  @ParameterizedTest
  @CsvSource({"openai,plain,1", "anthropic,plain,3", "anthropic,thinking,2"})
  void neverEndsAsIfItWereWholeWhereTheStreamIsCut(String protocol, String kind, int firstContent)
      throws Exception {
    var events = Script.split(recorded(protocol, kind));
    for (int cut = 0; cut < events.size(); cut++) {
      for (var ended :
          List.of(
              Script.events(events).cutAfter(cut),
              Script.events(events.subList(0, cut)),
              Script.events(failing(events, cut)))) {
        cut(protocol, ended, cut > firstContent);
      }
    }
  }

  /** Asked again, the provider ends its answer in the same way. */
  private void cut(String protocol, Script ended, boolean said) throws IOException {
    try (var testing = new TestingProxy();
        var upstream = new FakeProvider().answers(ended, ended)) {
      testing.provider(protocol, protocol, upstream.base());
      testing.deployment("d", "cut", protocol, 0);
      var sink = new SkinSink(skin.stream(skin.read(asked("cut"))));
      if (!said) {
        assertThatThrownBy(() -> relay(testing, "cut", sink)).isInstanceOf(Refusal.class);
        assertThat(sink.events()).isEmpty();
        return;
      }
      relay(testing, "cut", sink);
      assertThat(sink.text()).doesNotContain(STOP, "canary");
      assertThat(sink.events().getLast()).startsWith("event: error\ndata: ");
      var error = Wire.object(sink.events().getLast().substring(19));
      assertThat(error.path("type").asText()).isEqualTo("error");
      assertThat(error.at("/error/type").asText()).isIn("api_error", "overloaded_error");
      assertThat(testing.evidence.outcomes().getLast()).isInstanceOf(Outcome.Aborted.class);
    }
  }

  /** Whoever answers in the end: by its own form, and by another. */
  @ParameterizedTest
  @CsvSource({
    "openai,plain,1,anthropic",
    "anthropic,plain,3,openai",
    "anthropic,plain,3,anthropic",
    "anthropic,thinking,2,openai"
  })
  void givesAWholeAnswerOfAnotherWhereNothingWasSaidYetAndNeverOfTwo(
      String protocol, String kind, int firstContent, String other) throws Exception {
    var events = Script.split(recorded(protocol, kind));
    var answer = recorded(other, "plain").replace("-served", "-other");
    try (var testing = new TestingProxy();
        var upstream = new FakeProvider();
        var second = new FakeProvider()) {
      testing.provider(protocol, protocol, upstream.base());
      testing.provider("second", other, second.base());
      for (int cut = 0; cut < events.size(); cut++) {
        var alias = protocol + cut;
        testing.deployment("d-" + alias, alias, protocol, 0);
        testing.deployment("second-" + alias, alias, "second", 1);
        upstream.answers(Script.events(events).cutAfter(cut));
        second.answers(Script.recorded(answer));
        var sink = new SkinSink(skin.stream(skin.read(asked(alias))));

        relay(testing, alias, sink);

        if (cut <= firstContent) {
          assertThat(sink.text()).contains("-other", "world.").doesNotContain("-served");
          assertThat(sink.events().getLast()).contains(STOP);
          assertThat(sink.text()).containsOnlyOnce("event: message_start");
        } else {
          assertThat(sink.text()).doesNotContain("-other", STOP);
        }
      }
    }
  }

  private static List<String> failing(List<String> events, int after) {
    var all = new ArrayList<>(events.subList(0, after));
    all.add(
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            + "\"message\":\"canary\"}}\n\n");
    return all;
  }

  private void relay(TestingProxy testing, String alias, SkinSink sink) {
    testing.proxy.relay(testing.caller(), skin.read(asked(alias)), Exchange.AS_IT_IS, sink);
  }

  private static byte[] asked(String alias) {
    return ("{\"model\":\"%s\",\"max_tokens\":64,\"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
        .formatted(alias)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String recorded(String protocol, String kind) throws Exception {
    if (kind.equals("thinking")) {
      var file = MessagesSkin.class.getResource("/golden/streams/thinking.anthropic.sse");
      return Files.readString(Path.of(file.toURI())).replace("claude-x", "claude-served");
    }
    return protocol.equals("openai") ? CannedAnswers.OPENAI_STREAM : CannedAnswers.ANTHROPIC_STREAM;
  }
}
