package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.GeminiRules;
import dev.sallyport.llm.testing.RecordingSink;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Loops of twenty turns, through the whole proxy, to a Gemini 3 that wants the signatures of its
 * thoughts back (R6; litellm #15601, #38809).
 */
final class ToolLoopTest {
  private static final int TURNS = 20;
  private static final String UNSIGNED = "skip_thought_signature_validator";

  private final FakeProvider google =
      new FakeProvider().rules("gemini", GeminiRules::check).rules("vertex", GeminiRules::check);
  private final TestingProxy testing = new TestingProxy();
  private final Set<String> ids = new TreeSet<>();

  @BeforeEach
  void setUp() {
    testing
        .provider("second", "gemini", google.base("gemini"))
        .add(
            "Provider",
            "openai",
            "{\"protocol\":\"vertex\",\"project\":\"p\",\"region\":\"eu\",\"credential\":\"key\","
                + "\"baseUrl\":\"%s\"}".formatted(google.base("vertex")));
    deploy("gemini", "second");
    deploy("vertex", "openai");
  }

  private void deploy(String alias, String provider) {
    var model = "gemini-3-pro-preview";
    testing.add(
        "Deployment",
        alias,
        "{\"alias\":\"%s\",\"provider\":\"%s\",\"upstreamModel\":\"%s\"}"
            .formatted(alias, provider, model));
  }

  @AfterEach
  void close() throws Exception {
    testing.close();
    google.close();
  }

  @ParameterizedTest
  @CsvSource({
    "gemini,loop-20+think,1,false",
    "gemini,loop-40+think+parallel-2,2,false",
    "gemini,loop-40+think+parallel-2,2,true",
    "vertex,loop-20+think,1,true",
    "vertex,loop-60+parallel-3,3,false"
  })
  void bringsEverySignatureBackToWhereItStood(
      String alias, String model, int atOnce, boolean streamed) {
    var chat = conversation(alias);
    for (int turn = 0; turn < TURNS; turn++) {
      answer(chat, ask(chat, model, streamed));
    }
    var last = ask(chat, model, streamed);

    assertThat(last.path("tool_calls")).isEmpty();
    assertThat(ids).hasSize(TURNS * atOnce);
    var contents = google.last().json().path("contents");
    assertThat(contents.toString()).doesNotContain(UNSIGNED);
    assertThat(contents.findValues("thoughtSignature")).hasSize(TURNS);
    assertThat(contents.findValues("functionCall")).hasSize(TURNS * atOnce);
  }

  /** OpenAI's own clients know nothing of reasoning details: Sallyport remembers them. */
  @Test
  void goesOnForClientsThatLoseTheSignatures() {
    var chat = conversation("gemini");
    for (int turn = 0; turn < TURNS; turn++) {
      var message = ask(chat, "loop-20+think", false);
      message.retain(Set.of("role", "content", "tool_calls"));
      answer(chat, message);
    }
    assertThat(ask(chat, "loop-20+think", false).path("tool_calls")).isEmpty();
    assertThat(google.last().json().toString()).doesNotContain(UNSIGNED);
  }

  /** Calls that another model made, or of which nobody knows any more, have no signatures. */
  @Test
  void saysInGooglesOwnWordThatACallIsNotSigned() {
    var chat = conversation("gemini");
    var message = ask(chat, "tools-2+think", false);
    message.retain(Set.of("role", "content", "tool_calls"));
    for (var call : message.path("tool_calls")) {
      ((ObjectNode) call).put("id", "toolu_" + call.path("id").asText());
    }
    answer(chat, message);
    ask(chat, "text", false);

    var signatures = google.last().json().path("contents").findValues("thoughtSignature");
    assertThat(signatures).extracting(JsonNode::asText).containsExactly(UNSIGNED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsGeminiAgainTheIdsThatItGave(boolean streamed) {
    var said =
        """
        {"candidates":[{"content":{"role":"model","parts":[\
        {"functionCall":{"id":"8f2b1a3c","name":"step","args":{"n":1}}},\
        {"functionCall":{"id":"call_0","name":"step","args":{"n":2}}},\
        {"functionCall":{"name":"step","args":{"n":3}}}]},"index":0,"finishReason":"STOP"}],\
        "usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":9},"responseId":"r"}\
        """;
    google.answers(streamed ? Script.recorded("data: " + said + "\n\n") : Script.json(200, said));
    var chat = conversation("gemini");
    answer(chat, ask(chat, streamed));
    ask(chat, "text", streamed);

    assertThat(ids).hasSize(3).contains("gem_8f2b1a3c", "gem_call_0");
    assertTold("8f2b1a3c", "call_0", "none");
  }

  /** Some who speak Gemini's form refuse all ids, and some give one id to several calls. */
  @Test
  void tellsGeminiNoIdsThatAnotherGave() {
    testing.provider("anthropic", "openai", google.base("openai"));
    deploy("gpt", "anthropic");
    var chat = conversation("gpt");
    answer(chat, ask(chat, "tools-2", false));
    ask(chat.put("model", "gemini"), "text", false);

    assertThat(ids).hasSize(2);
    assertTold("none", "none");
  }

  private void assertTold(String... told) {
    var contents = google.last().json().path("contents");
    for (var kind : List.of("functionCall", "functionResponse")) {
      assertThat(contents.findValues(kind))
          .extracting(one -> one.path("id").asText("none"))
          .containsExactly(told);
    }
  }

  @Test
  void wouldBeRefusedIfASignatureWereChanged() {
    var chat = conversation("gemini");
    var message = ask(chat, "tools-1+think", false);
    for (var detail : message.path("reasoning_details")) {
      if (detail.has("id")) {
        ((ObjectNode) detail).put("data", "Y2hhbmdlZA==");
      }
    }
    answer(chat, message);

    assertThatThrownBy(() -> ask(chat, "text", false))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.INVALID_REQUEST));
  }

  private static ObjectNode conversation(String alias) {
    var chat = TestingProxy.chat(alias);
    var tool = chat.putArray("tools").addObject().put("type", "function");
    var parameters = tool.putObject("function").put("name", "step").putObject("parameters");
    parameters.put("type", "object").putObject("properties").putObject("n").put("type", "integer");
    return chat;
  }

  private ObjectNode ask(ObjectNode chat, String behaviour, boolean streamed) {
    google.behaves(behaviour);
    return ask(chat, streamed);
  }

  private ObjectNode ask(ObjectNode chat, boolean streamed) {
    if (!streamed) {
      var answer = testing.proxy.complete(testing.caller(), chat, new Cancellation());
      return (ObjectNode) answer.at("/choices/0/message");
    }
    var sink = new RecordingSink();
    var request = ChatRequest.of(chat.deepCopy().put("stream", true));
    testing.proxy.relay(testing.caller(), ModelRequest.of(request), Exchange.AS_IT_IS, sink);
    return joined(sink.events());
  }

  /** What a client that keeps everything makes of a stream: each detail as it came. */
  private static ObjectNode joined(List<String> events) {
    var message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
    message.putNull("content");
    for (var event : events.subList(0, events.size() - 1)) {
      var delta = Wire.object(event.substring(6)).at("/choices/0/delta");
      var text = delta.path("content").asText("");
      if (!text.isEmpty()) {
        message.put("content", message.path("content").asText("") + text);
      }
      for (var name : List.of("reasoning_details", "tool_calls")) {
        delta.path(name).forEach(message.withArray("/" + name)::add);
      }
    }
    return message;
  }

  private void answer(ObjectNode chat, ObjectNode message) {
    chat.withArray("/messages").add(message);
    for (var call : message.path("tool_calls")) {
      ids.add(call.path("id").asText());
      chat.withArray("/messages")
          .addObject()
          .put("role", "tool")
          .put("content", "done " + call.at("/function/arguments").asText())
          .put("tool_call_id", call.path("id").asText());
    }
  }
}
