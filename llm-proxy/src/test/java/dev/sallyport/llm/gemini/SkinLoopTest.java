package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.skin.messages.MessagesSkin;
import dev.sallyport.llm.skin.responses.ResponsesSkin;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.testing.GeminiRules;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loops of tools of callers in other forms, to a Gemini 3 that wants its signatures back (R6). */
final class SkinLoopTest {
  private static final int TURNS = 6;
  private static final String MODEL = "loop-12+think+parallel-2";

  private final FakeProvider google = new FakeProvider().rules("gemini", GeminiRules::check);
  private final TestingProxy testing = new TestingProxy();

  @BeforeEach
  void setUp() {
    testing
        .provider("second", "gemini", google.base("gemini"))
        .add(
            "Deployment",
            "g",
            "{\"alias\":\"g\",\"provider\":\"second\","
                + "\"upstreamModel\":\"gemini-3-flash-preview\"}");
  }

  @AfterEach
  void close() throws Exception {
    testing.close();
    google.close();
  }

  @Test
  void bringsTheSignaturesBackToCallersOfAnthropicsForm() {
    var body =
        Wire.object(
            """
            {"model":"g","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2000},\
            "tools":[{"name":"step","input_schema":{"type":"object","properties":{"n":\
            {"type":"integer"}}}}],"messages":[{"role":"user","content":"Go"}]}\
            """);
    var skin = new MessagesSkin();
    for (int turn = 0; turn < TURNS; turn++) {
      var answer = ask(skin, body);
      assertThat(answer.path("stop_reason").asText()).isEqualTo("tool_use");
      var turns = body.withArray("/messages");
      turns.addObject().put("role", "assistant").set("content", answer.path("content"));
      var results = turns.addObject().put("role", "user").putArray("content");
      for (var block : answer.path("content")) {
        if (block.path("type").asText().equals("tool_use")) {
          results
              .addObject()
              .put("type", "tool_result")
              .put("tool_use_id", block.path("id").asText())
              .put("content", "done");
        }
      }
    }
    assertThat(ask(skin, body).path("stop_reason").asText()).isEqualTo("end_turn");
    assertSigned();
    assertThat(google.last().json().at("/generationConfig/thinkingConfig/thinkingBudget").asInt())
        .isEqualTo(2_000);
  }

  @Test
  void bringsTheSignaturesBackToCallersOfResponses() {
    var body =
        Wire.object(
            """
            {"model":"g","store":false,"include":["reasoning.encrypted_content"],\
            "reasoning":{"effort":"low"},"tools":[{"type":"function","name":"step","parameters":\
            {"type":"object","properties":{"n":{"type":"integer"}}}}],\
            "input":[{"role":"user","content":"Go"}]}\
            """);
    var skin = new ResponsesSkin(() -> Instant.EPOCH);
    for (int turn = 0; turn < TURNS; turn++) {
      var answer = ask(skin, body);
      var input = body.withArray("/input");
      input.addAll((ArrayNode) answer.path("output"));
      for (var item : answer.path("output")) {
        if (item.path("type").asText().equals("function_call")) {
          var output = JsonNodeFactory.instance.objectNode().put("type", "function_call_output");
          input.add(output.put("call_id", item.path("call_id").asText()).put("output", "done"));
        }
      }
    }
    assertThat(ask(skin, body).path("output").toString()).contains("Done after 12 results");
    assertSigned();
  }

  private ObjectNode ask(Skin skin, ObjectNode body) {
    google.behaves(MODEL);
    var request = skin.read(WireJson.bytes(body));
    var answer = testing.proxy.answer(testing.caller(), request, Exchange.AS_IT_IS);
    return Wire.object(skin.whole(request, Wire.object(answer.body())));
  }

  private void assertSigned() {
    var contents = google.last().json().path("contents");
    assertThat(contents.findValues("functionCall")).hasSize(TURNS * 2);
    assertThat(contents.findValues("thoughtSignature")).hasSize(TURNS);
    assertThat(contents.toString()).doesNotContain("skip_thought_signature_validator");
  }
}
