package dev.sallyport.llm.skin.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.skin.ChatSkin;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.testing.SkinSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * R6: loops of twenty calls of tools, with thoughts that the provider refuses when they are left
 * out, changed or out of order (litellm #15601, #29428, #38809).
 */
final class ToolLoopTest {
  private static final int TURNS = 20;

  private final FakeProvider upstream = new FakeProvider();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  /**
   * Plain clients give back what OpenAI's form has, others the reasoning details as they came, in
   * whole or in the parts of a stream.
   */
  @ParameterizedTest
  @CsvSource({
    "plain, whole, think",
    "details, whole, think",
    "details, whole, redacted",
    "details, whole, bare",
    "plain, streamed, think",
    "details, streamed, think",
    "details, streamed, redacted",
    "details, streamed, bare",
  })
  void goesOnForClientsOfTheChatForm(String client, String way, String thoughts) {
    model("anthropic", "loop-" + TURNS + "+" + thoughts);
    var skin = new ChatSkin(() -> Instant.EPOCH);
    var request =
        Wire.object(
            """
            {"model":"smart","max_tokens":4000,"reasoning":{"max_tokens":2000},
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",
              "properties":{}}}}],"messages":[{"role":"user","content":"Go"}]}
            """);
    var messages = (ArrayNode) request.path("messages");
    int turns = 0;
    for (; turns <= TURNS; turns++) {
      var message =
          way.equals("streamed")
              ? ClientMessages.chat(stream(skin, request))
              : (ObjectNode) Wire.object(whole(skin, request)).at("/choices/0/message");
      if (client.equals("plain")) {
        message.remove("reasoning_details");
      }
      messages.add(message);
      if (message.path("tool_calls").isEmpty()) {
        break;
      }
      for (var call : message.path("tool_calls")) {
        messages
            .addObject()
            .put("role", "tool")
            .put("content", "done")
            .set("tool_call_id", call.path("id"));
      }
    }
    assertThat(turns).isEqualTo(TURNS);
    assertThat(messages.path(messages.size() - 1).path("content").asText()).isNotEmpty();
  }

  /** The provider's form is the caller's, or it is translated there and back. */
  @ParameterizedTest
  @CsvSource({
    "anthropic, passed, whole, think",
    "anthropic, passed, streamed, redacted",
    "anthropic, translated, whole, think",
    "anthropic, translated, whole, redacted",
    "anthropic, translated, streamed, think",
    "anthropic, translated, streamed, bare",
    "gemini, translated, whole, think",
    "gemini, translated, streamed, think",
  })
  void goesOnForClientsOfTheMessagesForm(
      String protocol, String passed, String way, String thoughts) {
    model(protocol, "loop-" + TURNS + "+" + thoughts + "+parallel-2");
    Skin skin = new Seeing(passed.equals("passed"));
    var request =
        Wire.object(
            """
            {"model":"smart","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":2000},
             "tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],
             "messages":[{"role":"user","content":"Go"}]}
            """);
    var messages = (ArrayNode) request.path("messages");
    int turns = 0;
    int results = 0;
    for (; turns <= TURNS; turns++) {
      var message =
          way.equals("streamed")
              ? ClientMessages.message(stream(skin, request))
              : Wire.object(whole(skin, request));
      messages.addObject().put("role", "assistant").set("content", message.path("content"));
      if (!message.path("stop_reason").asText().equals("tool_use")) {
        assertThat(message.path("stop_reason").asText()).isEqualTo("end_turn");
        break;
      }
      var content = messages.addObject().put("role", "user").putArray("content");
      for (var block : message.path("content")) {
        if (block.path("type").asText().equals("tool_use")) {
          results++;
          content
              .addObject()
              .put("type", "tool_result")
              .put("content", "done")
              .set("tool_use_id", block.path("id"));
        }
      }
    }
    assertThat(results).isBetween(TURNS, 2 * TURNS);
    assertThat(upstream.received()).hasSize(turns + 1);
  }

  private void model(String protocol, String behaviour) {
    testing.add(
        "Provider",
        protocol.equals("anthropic") ? "anthropic" : "second",
        "{\"protocol\":\"%s\",\"baseUrl\":\"%s\",\"credential\":\"key\"}"
            .formatted(protocol, upstream.base(protocol)));
    testing.add(
        "Deployment",
        "smart-1",
        "{\"alias\":\"smart\",\"provider\":\"%s\",\"upstreamModel\":\"%s\"}"
            .formatted(protocol.equals("anthropic") ? "anthropic" : "second", "fake-" + behaviour));
  }

  private byte[] whole(Skin skin, ObjectNode request) {
    var asked = skin.read(WireJson.bytes(request));
    var answer = testing.proxy.answer(testing.caller(), asked, Exchange.AS_IT_IS);
    return answer.form() == skin.form()
        ? answer.body()
        : skin.whole(asked, Wire.object(answer.body()));
  }

  private String stream(Skin skin, ObjectNode request) {
    var asked = skin.read(WireJson.bytes(request.deepCopy().put("stream", true)));
    var sink = new SkinSink(skin.stream(asked));
    testing.proxy.relay(testing.caller(), asked, Exchange.AS_IT_IS, sink);
    return sink.text();
  }

  /** The form of messages, of which nothing is passed on as it is unless that is wanted. */
  private record Seeing(boolean passed, MessagesSkin skin) implements Skin {
    Seeing(boolean passed) {
      this(passed, new MessagesSkin());
    }

    @Override
    public Form form() {
      return Form.MESSAGES;
    }

    @Override
    public ModelRequest read(byte[] body) {
      var read = skin.read(body);
      return passed ? read : read.seenAs(read.chat());
    }

    @Override
    public byte[] whole(ModelRequest asked, ObjectNode chat) {
      return skin.whole(asked, chat);
    }

    @Override
    public SkinStream stream(ModelRequest asked) {
      return skin.stream(asked);
    }
  }
}
