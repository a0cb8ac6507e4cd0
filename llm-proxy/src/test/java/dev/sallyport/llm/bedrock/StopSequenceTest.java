package dev.sallyport.llm.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.EventStreams;
import dev.sallyport.llm.testing.SkinSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that end at a sequence, of which not every model on Bedrock tells which it was. */
final class StopSequenceTest extends BedrockScene {
  private static final String END =
      "\"stopReason\":\"stop_sequence\",\"additionalModelResponseFields\":{\"stop_sequence\":%s}";
  private static final String USAGE =
      "\"usage\":{\"inputTokens\":16,\"outputTokens\":5,\"totalTokens\":21}";

  private final MessagesSkin skin = new MessagesSkin();

  @BeforeEach
  void start() {
    deployment("nova", "eu.amazon.nova-lite-v1:0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"END\"", "null"})
  void isTheReasonOfAWholeMessage(String sequence) {
    upstream.answers(whole(sequence));
    var asked = asked(false);
    var answer = testing.proxy.answer(testing.caller(), asked, Exchange.AS_IT_IS);

    assertEndsAt(sequence, Wire.object(skin.whole(asked, Wire.object(answer.body()))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"END\"", "null"})
  void isTheReasonOfAStreamedMessage(String sequence) {
    upstream.answers(
        EventStreams.script(
            EventStreams.frames(
                """
                messageStart {"role":"assistant"}
                contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hello"}}
                contentBlockStop {"contentBlockIndex":0}
                messageStop {%s}
                metadata {%s}
                """
                    .formatted(END.formatted(sequence), USAGE))));
    var asked = asked(true);
    var sink = new SkinSink(skin.stream(asked));
    testing.proxy.relay(testing.caller(), asked, Exchange.AS_IT_IS, sink);

    assertThat(sink.events()).last().asString().startsWith("event: message_stop");
    var last = sink.events().get(sink.events().size() - 2);
    assertEndsAt(sequence, Wire.object(last.substring(last.indexOf('{'))).path("delta"));
  }

  @Test
  void isAPlainEndForClientsOfTheChatForm() {
    upstream.answers(whole("null"));
    var answer =
        testing.proxy.complete(testing.caller(), TestingProxy.chat("nova"), new Cancellation());

    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  private static Script whole(String sequence) {
    return Script.json(
        200,
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hello\"}]}},%s,%s}"
            .formatted(END.formatted(sequence), USAGE));
  }

  private static void assertEndsAt(String sequence, JsonNode ended) {
    assertThat(ended.path("stop_reason").asText()).isEqualTo("stop_sequence");
    assertThat(ended.path("stop_sequence")).hasToString(sequence);
  }

  private ModelRequest asked(boolean streamed) {
    return skin.read(
        ("{\"model\":\"nova\",\"max_tokens\":9,\"stop_sequences\":[\"END\"],\"stream\":%s,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
            .formatted(streamed)
            .getBytes(StandardCharsets.UTF_8));
  }
}
