package dev.sallyport.llm.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.EventStreams;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import org.junit.jupiter.api.Test;

/**
 * Long loops of tools with a model that thinks, against Bedrock's strict rules: what it thought
 * goes back as it was (R6; litellm #15601, #29428, #38809), also that of nothing but a signature.
 */
final class ToolLoopTest extends BedrockScene {
  private static final int TURNS = 20;
  private static final String TOOL = "mcp.crm/find people";

  @Test
  void goesOnForTwentyTurnsWhetherStreamedOrNot() {
    deployment("thinker");
    var chat = chat();
    for (int turn = 0; turn < TURNS; turn++) {
      boolean streamed = turn % 2 == 1;
      upstream.answers(streamed ? streamed(turn) : whole(turn));
      var message = streamed ? stream(chat) : answer(chat);
      checkLast();
      assertThat(message.path("tool_calls")).hasSize(turn % 3 == 0 ? 2 : 1);
      var messages = (ArrayNode) chat.path("messages");
      messages.add(message);
      for (var call : message.path("tool_calls")) {
        assertThat(call.at("/function/name").asText()).isEqualTo(TOOL);
        messages
            .addObject()
            .put("role", "tool")
            .put("content", "found in turn " + turn)
            .set("tool_call_id", call.path("id"));
      }
    }
    upstream.answers(whole(TURNS));
    var _ = answer(chat);
    checkLast();
    assertEachThoughtWentBackAsItWas(upstream.last().json());
  }

  /** All that any turn thought is in the last request, in order and unmodified. */
  private static void assertEachThoughtWentBackAsItWas(ObjectNode last) {
    var messages = last.path("messages");
    assertThat(messages).hasSize(2 * TURNS + 1);
    for (int turn = 0; turn < TURNS; turn++) {
      var content = messages.path(2 * turn + 1).path("content");
      int index = 0;
      for (var thought : thoughts(turn)) {
        assertThat(content.path(index++)).isEqualTo(thought);
      }
      assertThat(content.path(index).has("toolUse")).isTrue();
    }
    assertThat(last.at("/additionalModelRequestFields/thinking/type").asText())
        .isEqualTo("enabled");
  }

  private static ArrayNode thoughts(int turn) {
    var thoughts = JsonNodeFactory.instance.arrayNode();
    var text = turn % 4 == 2 ? "" : "Thought " + turn + ".";
    thoughts
        .addObject()
        .putObject("reasoningContent")
        .putObject("reasoningText")
        .put("text", text)
        .put("signature", "sig" + turn + "==");
    if (turn % 5 == 0) {
      thoughts.addObject().putObject("reasoningContent").put("redactedContent", "cmVkYWN0ZWQ=");
    }
    return thoughts;
  }

  private static ArrayNode content(int turn) {
    var content = thoughts(turn);
    for (int call = 0; call < (turn % 3 == 0 ? 2 : 1); call++) {
      content
          .addObject()
          .putObject("toolUse")
          .put("toolUseId", "tooluse_" + turn + "_" + call)
          .put("name", Names.bedrocks(TOOL))
          .putObject("input")
          .put("turn", turn);
    }
    return content;
  }

  private static Script whole(int turn) {
    var answer = JsonNodeFactory.instance.objectNode();
    answer.putObject("output").putObject("message").set("content", content(turn));
    answer.put("stopReason", "tool_use");
    answer.putObject("usage").put("inputTokens", 10).put("outputTokens", 5);
    return Script.json(200, answer.toString());
  }

  private static Script streamed(int turn) {
    var lines = new StringBuilder("messageStart {\"role\":\"assistant\"}\n");
    int index = 0;
    for (var block : content(turn)) {
      lines.append(
          block.has("toolUse") ? call(index, block.path("toolUse")) : thought(index, block));
      lines.append("contentBlockStop {\"contentBlockIndex\":%d}\n".formatted(index++));
    }
    lines.append("messageStop {\"stopReason\":\"tool_use\"}\n");
    lines.append("metadata {\"usage\":{\"inputTokens\":10,\"outputTokens\":5}}\n");
    return EventStreams.script(EventStreams.frames(lines.toString()));
  }

  private static String call(int index, JsonNode use) {
    return "contentBlockStart {\"contentBlockIndex\":%d,\"start\":{\"toolUse\":{\"toolUseId\":%s,\"name\":%s}}}\n"
            .formatted(index, use.path("toolUseId"), use.path("name"))
        + delta(index, "\"toolUse\":{\"input\":\"{\\\"turn\\\":\"}")
        + delta(index, "\"toolUse\":{\"input\":\"%s}\"}".formatted(use.at("/input/turn")));
  }

  private static String thought(int index, JsonNode block) {
    var content = block.path("reasoningContent");
    if (content.has("redactedContent")) {
      return delta(index, "\"reasoningContent\":" + content);
    }
    var said = new StringBuilder();
    for (var word : content.at("/reasoningText/text").asText().split("(?<= )", -1)) {
      said.append(
          word.isEmpty()
              ? ""
              : delta(index, "\"reasoningContent\":{\"text\":\"%s\"}".formatted(word)));
    }
    return said
        + delta(
            index,
            "\"reasoningContent\":{\"signature\":%s}"
                .formatted(content.at("/reasoningText/signature")));
  }

  private static String delta(int index, String delta) {
    return "contentBlockDelta {\"contentBlockIndex\":%d,\"delta\":{%s}}\n".formatted(index, delta);
  }

  private static ObjectNode chat() {
    var chat = TestingProxy.chat("thinker").put("max_tokens", 20_000);
    chat.putObject("reasoning").put("effort", "medium");
    chat.putArray("tools")
        .addObject()
        .put("type", "function")
        .putObject("function")
        .put("name", TOOL);
    return chat;
  }

  private ObjectNode answer(ObjectNode chat) {
    var answer = testing.proxy.complete(testing.caller(), chat, new Cancellation());
    return (ObjectNode) answer.at("/choices/0/message");
  }

  /** The message that a client puts together of the chunks, the details as they came. */
  private ObjectNode stream(ObjectNode chat) {
    var sink = new RecordingSink();
    var request = ChatRequest.of(chat.deepCopy().put("stream", true));
    testing.proxy.relay(testing.caller(), ModelRequest.of(request), Exchange.AS_IT_IS, sink);
    var message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
    for (var event : sink.events().subList(0, sink.events().size() - 1)) {
      var delta = Wire.object(event.substring(6)).at("/choices/0/delta");
      message
          .withArrayProperty("reasoning_details")
          .addAll((ArrayNode) delta.withArray("/reasoning_details"));
      for (var part : delta.path("tool_calls")) {
        add(message.withArrayProperty("tool_calls"), part);
      }
    }
    return message;
  }

  private static void add(ArrayNode calls, JsonNode part) {
    if (part.has("id")) {
      calls.add(part.deepCopy());
      return;
    }
    var function = (ObjectNode) calls.path(part.path("index").asInt()).path("function");
    function.put(
        "arguments", function.path("arguments").asText() + part.at("/function/arguments").asText());
  }
}
