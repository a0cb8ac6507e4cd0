package dev.sallyport.llm.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.llm.LlmProxy;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.responses.ResponsesSkin;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * R6: twenty rounds of tools with a provider that refuses reasoning which is not just as it gave it
 * and where it gave it (litellm #15601, #29428; mecatl #345).
 */
final class ReasoningLoopTest {
  private static final int ROUNDS = 20;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final FakeProvider upstream = new FakeProvider().lenient();
  private final TestingProxy testing = new TestingProxy();
  private final ResponsesRules rules = new ResponsesRules();

  ReasoningLoopTest() {
    testing.provider("openai", "openai", upstream.base());
    testing.add(
        "Deployment",
        "d",
        "{\"alias\":\"a\",\"provider\":\"openai\",\"api\":\"responses\",\"upstreamModel\":\"gpt-5\"}");
  }

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  /** In turn: one call, two at once, one each for two items of reasoning, words before a call. */
  private static ArrayNode output(int round) {
    var output = NODES.arrayNode();
    reasoning(output, round, 0);
    if (round % 4 == 3) {
      var message = output.addObject().put("type", "message").put("id", "msg_" + round);
      message.put("role", "assistant").put("status", "completed");
      message
          .putArray("content")
          .addObject()
          .put("type", "output_text")
          .put("text", "Now " + round);
    }
    call(output, round, 0);
    if (round % 4 == 2) {
      reasoning(output, round, 1);
    }
    if (round % 4 == 1 || round % 4 == 2) {
      call(output, round, 1);
    }
    return output;
  }

  private static void reasoning(ArrayNode output, int round, int place) {
    var item =
        output.addObject().put("type", "reasoning").put("id", "rs_%d_%d".formatted(round, place));
    var summary = item.putArray("summary");
    for (int i = 0; i < round % 3; i++) {
      summary.addObject().put("type", "summary_text").put("text", "Thought " + i);
    }
    item.put("encrypted_content", "secret-%d-%d==".formatted(round, place));
  }

  private static void call(ArrayNode output, int round, int place) {
    output
        .addObject()
        .put("type", "function_call")
        .put("id", "fc_%d_%d".formatted(round, place))
        .put("status", "completed")
        .put("call_id", "call_%d_%d".formatted(round, place))
        .put("name", "f")
        .put("arguments", "{\"round\":%d}".formatted(round));
  }

  private static ObjectNode response(ArrayNode output) {
    var response = NODES.objectNode().put("id", "resp_1").put("object", "response");
    response.put("status", "completed").put("model", "gpt-5");
    response.set("output", output);
    return response;
  }

  private static Script streamed(ArrayNode output) {
    var events = new ArrayList<String>();
    events.add(
        event("response.created", NODES.objectNode().set("response", response(NODES.arrayNode()))));
    for (int i = 0; i < output.size(); i++) {
      var item = NODES.objectNode().put("output_index", i).<ObjectNode>set("item", output.get(i));
      events.add(event("response.output_item.done", item));
    }
    events.add(event("response.completed", NODES.objectNode().set("response", response(output))));
    return Script.events(events);
  }

  private static String event(String type, ObjectNode event) {
    return "data: " + event.put("type", type) + "\n\n";
  }

  private void check() {
    rules.check(upstream.last().json());
  }

  @Test
  void holdsForAChatClientOfWholeAnswers() {
    var messages = NODES.arrayNode();
    messages.addObject().put("role", "user").put("content", "Go");
    for (int round = 0; round < ROUNDS; round++) {
      var output = output(round);
      upstream.answers(Script.json(200, response(output).toString()));
      var chat = NODES.objectNode().put("model", "a");
      chat.set("messages", messages);
      var asked = ModelRequest.of(ChatRequest.of(chat));
      var answer = testing.proxy.answer(testing.caller(), asked, Exchange.AS_IT_IS);
      check();
      rules.gave(output);
      var message = LlmProxy.tree(answer.body()).at("/choices/0/message");
      messages.add(message);
      results(messages, message.path("tool_calls"));
    }
    assertThat(items("reasoning")).hasSize(ROUNDS - 1 + ROUNDS / 4);
  }

  private static void results(ArrayNode messages, JsonNode calls) {
    assertThat(calls).isNotEmpty();
    for (var call : calls) {
      var result = messages.addObject().put("role", "tool").put("content", "done");
      result.set("tool_call_id", call.path("id"));
    }
  }

  /** The client collects what the chunks hold, without understanding it. */
  @Test
  void holdsForAChatClientOfStreams() throws IOException {
    var messages = NODES.arrayNode();
    messages.addObject().put("role", "user").put("content", "Go");
    for (int round = 0; round < ROUNDS; round++) {
      var output = output(round);
      upstream.answers(streamed(output));
      var chat = NODES.objectNode().put("model", "a").put("stream", true);
      chat.set("messages", messages);
      var message = messages.addObject().put("role", "assistant");
      var details = NODES.arrayNode();
      var calls = NODES.arrayNode();
      var request = chat.deepCopy();
      ((ArrayNode) request.path("messages")).remove(messages.size() - 1);
      testing.proxy.stream(
          testing.caller(),
          request,
          new Cancellation(),
          chunk -> {
            var delta = chunk.at("/choices/0/delta");
            delta.path("reasoning_details").forEach(details::add);
            delta.path("tool_calls").forEach(call -> add(calls, call));
            message.put(
                "content", message.path("content").asText("") + delta.path("content").asText(""));
          });
      check();
      rules.gave(output);
      message.set("reasoning_details", details);
      message.set("tool_calls", calls);
      results(messages, calls);
    }
    assertThat(items("reasoning")).hasSize(ROUNDS - 1 + ROUNDS / 4);
  }

  private static void add(ArrayNode calls, JsonNode delta) {
    if (delta.has("id")) {
      calls.add(delta.deepCopy());
    } else {
      var function = (ObjectNode) calls.get(delta.path("index").asInt()).path("function");
      function.put(
          "arguments",
          function.path("arguments").asText() + delta.at("/function/arguments").asText());
    }
  }

  /** As it is, and, where a dialogue is watched, by chat: both give the same back. */
  @Test
  void holdsForAClientOfResponsesAsItIsAndByChat() {
    var skin = new ResponsesSkin(testing.clock);
    var input = NODES.arrayNode();
    input.addObject().put("role", "user").put("content", "Go");
    for (int round = 0; round < ROUNDS; round++) {
      var output = output(round);
      upstream.answers(Script.json(200, response(output).toString()));
      var own = NODES.objectNode().put("model", "a");
      own.set("input", input);
      var asked = skin.read(own.toString().getBytes(StandardCharsets.UTF_8));
      assertThat(asked.dropped()).isEmpty();
      if (round % 2 == 0) {
        asked = asked.seenAs(asked.chat());
      }
      var answer = testing.proxy.answer(testing.caller(), asked, Exchange.AS_IT_IS);
      if (round % 2 == 0) {
        check();
      }
      rules.gave(output);
      var given =
          answer.form() == skin.form()
              ? Wire.object(answer.body())
              : Wire.object(skin.whole(asked, LlmProxy.tree(answer.body())));
      input.addAll((ArrayNode) given.get("output"));
      for (var item : given.path("output")) {
        if (item.has("call_id")) {
          input
              .addObject()
              .put("type", "function_call_output")
              .put("output", "done")
              .set("call_id", item.path("call_id"));
        }
      }
    }
    assertThat(items("reasoning")).hasSize(ROUNDS - 1 + ROUNDS / 4);
  }

  private List<JsonNode> items(String type) {
    var items = new ArrayList<JsonNode>();
    upstream.last().json().path("input").forEach(items::add);
    items.removeIf(item -> !item.path("type").asText().equals(type));
    return items;
  }
}
