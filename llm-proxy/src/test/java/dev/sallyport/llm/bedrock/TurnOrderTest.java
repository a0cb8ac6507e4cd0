package dev.sallyport.llm.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import org.junit.jupiter.api.Test;

/** Results of tools stand first in their turn, in the caller's order. */
final class TurnOrderTest {
  @Test
  void putsResultsBeforeWhatElseIsInTheirTurn() throws Exception {
    var chat = TestingProxy.chat("m");
    user(chat, "before");
    called(chat, "one", "two");
    result(chat, "one");
    user(chat, "between");
    result(chat, "two");
    user(chat, "after");

    var turns = encoded(chat).path("messages");

    assertThat(turns).hasSize(3);
    assertThat(turns.at("/0/content").valueStream().map(one -> one.path("text").asText()))
        .containsExactly("Hi", "before");
    assertThat(turns.at("/2/content").valueStream().map(TurnOrderTest::named))
        .containsExactly("one", "two", "between", "after");
  }

  private static String named(JsonNode block) {
    return block.has("text")
        ? block.path("text").asText()
        : block.at("/toolResult/toolUseId").asText();
  }

  private static JsonNode encoded(ObjectNode chat) throws Exception {
    var attempt = GoldenTest.attempt("us.anthropic.claude-sonnet-4-5-20250929-v1:0");
    return Wire.object(new BedrockAdapter().encode(ChatRequest.of(chat), attempt).body());
  }

  private static void user(ObjectNode chat, String text) {
    chat.withArray("/messages").addObject().put("role", "user").put("content", text);
  }

  private static void called(ObjectNode chat, String... ids) {
    var calls =
        chat.withArray("/messages").addObject().put("role", "assistant").putArray("tool_calls");
    for (var id : ids) {
      var call = calls.addObject().put("id", id).put("type", "function");
      call.putObject("function").put("name", "f").put("arguments", "{}");
    }
  }

  private static void result(ObjectNode chat, String id) {
    chat.withArray("/messages")
        .addObject()
        .put("role", "tool")
        .put("tool_call_id", id)
        .put("content", "1");
  }
}
