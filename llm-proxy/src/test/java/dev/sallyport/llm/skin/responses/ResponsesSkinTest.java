package dev.sallyport.llm.skin.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.SealedReasoning;
import dev.sallyport.llm.testing.Goldens;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponsesSkinTest {
  private final ResponsesSkin skin = new ResponsesSkin(() -> Instant.ofEpochSecond(1_763_700_000));

  @TestFactory
  Stream<DynamicTest> readsRequests() throws Exception {
    return Goldens.cases("responses-skin/requests", ".json", ".chat.json", this::read);
  }

  @TestFactory
  Stream<DynamicTest> writesReplies() throws Exception {
    return Goldens.cases("responses-skin/replies", ".chat.json", ".responses.json", this::whole);
  }

  @TestFactory
  Stream<DynamicTest> writesStreams() throws Exception {
    return Goldens.cases("responses-skin/streams", ".chat.sse", ".responses.sse", this::stream);
  }

  private String read(byte[] body) {
    var golden = JsonNodeFactory.instance.objectNode();
    try {
      var asked = skin.read(body);
      assertThat(asked.own().orElseThrow().bytes()).isSameAs(body);
      golden.set("chat", asked.chat().tree());
      var dropped = golden.putArray("dropped");
      asked.dropped().forEach(dropped::add);
    } catch (Refusal refusal) {
      assertThat(refusal.code()).isEqualTo(RefusalCode.MALFORMED_REQUEST);
      golden.put("refused", refusal.advice());
    }
    return Wire.pretty(golden);
  }

  private String whole(byte[] chat) {
    return Wire.pretty(Wire.object(skin.whole(asked(), Wire.object(chat))));
  }

  private String stream(byte[] recorded) {
    var text = stream(asked(), recorded);
    EventRules.check(EventRules.read(text));
    return text;
  }

  private String stream(ModelRequest asked, byte[] recorded) {
    var stream = skin.stream(asked);
    var out = new StringBuilder();
    for (var event : Script.split(new String(recorded, StandardCharsets.UTF_8))) {
      var frames =
          event.startsWith(": broken")
              ? stream.broken(new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE))
              : event.startsWith(": end")
                  ? stream.end()
                  : stream.accept(event.getBytes(StandardCharsets.UTF_8));
      frames.forEach(frame -> out.append(new String(frame, StandardCharsets.UTF_8)));
    }
    return out.toString();
  }

  private ModelRequest asked() {
    return skin.read(
        "{\"model\":\"fast\",\"input\":\"Hi\",\"metadata\":{\"a\":\"b\"},\"temperature\":0.50}"
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Also where the model says whence a text is, which belongs to the text. */
  @Test
  void givesBackTheImagesOfAnAnswer() {
    var chat =
        Wire.object(
            """
            {"id":"x","model":"gemini","choices":[{"index":0,"finish_reason":"stop",
             "message":{"role":"assistant","content":"Here [1].",
              "annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example",
               "title":"A","start_index":5,"end_index":8}}],
              "images":[
               {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/4AA="}},
               {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}}]}
            """);
    var response = Wire.object(skin.whole(asked(), chat));
    var next = JsonNodeFactory.instance.objectNode().put("model", "fast");
    next.putArray("input").addAll((ArrayNode) response.get("output"));

    var read = skin.read(next.toString().getBytes(StandardCharsets.UTF_8));

    assertThat(response.path("output").findValuesAsText("type"))
        .containsExactly(
            "message",
            "output_text",
            "url_citation",
            "image_generation_call",
            "image_generation_call");
    assertThat(read.chat().tree().at("/messages/0/images"))
        .isEqualTo(chat.at("/choices/0/message/images"));
    assertThat(read.chat().tree().path("messages")).hasSize(1);
    assertThat(read.dropped()).containsExactly("input.content.annotations");
  }

  /** R6: what another provider reasoned comes back by OpenAI's form just as it was given. */
  @Test
  void givesBackTheReasoningOfAnyProviderUnmodified() {
    var chat =
        Wire.object(
            """
            {"id":"x","model":"claude","choices":[{"index":0,"finish_reason":"tool_calls",
             "message":{"role":"assistant","content":"So.","reasoning":"Hm. Ah.","reasoning_details":[
              {"type":"reasoning.text","text":"Hm.","signature":"c2ln","format":"anthropic-claude-v1","index":0},
              {"type":"reasoning.encrypted","data":"cmVk","format":"anthropic-claude-v1","index":1},
              {"type":"reasoning.text","text":"","signature":"b25seQ","format":"anthropic-claude-v1","index":2},
              {"type":"reasoning.encrypted","data":"Z2Vt","id":"c1","format":"google-gemini-v1","index":3}],
             "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}
            """);
    var response = Wire.object(skin.whole(asked(), chat));
    var next = JsonNodeFactory.instance.objectNode().put("model", "fast");
    next.putArray("input").addAll((ArrayNode) response.get("output"));

    var message = skin.read(next.toString().getBytes(StandardCharsets.UTF_8)).chat().tree();

    var given = chat.at("/choices/0/message");
    assertThat(message.at("/messages/0/reasoning_details"))
        .isEqualTo(given.get("reasoning_details"));
    assertThat(message.at("/messages/0/tool_calls")).isEqualTo(given.get("tool_calls"));
    assertThat(message.at("/messages/0/content")).isEqualTo(given.get("content"));
    assertThat(message.path("messages")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"sallyport.1.!!!!", "sallyport.1.bm90IGpzb24", "sallyport.1.e30", "sallyport.1."})
  void takesASealThatDoesNotHoldForNoReasoning(String sealed) {
    var body =
        ("{\"model\":\"m\",\"input\":["
                + "{\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"%s\"},"
                + "{\"role\":\"user\",\"content\":\"Hi\"}]}")
            .formatted(sealed);
    var asked = skin.read(body.getBytes(StandardCharsets.UTF_8));
    assertThat(asked.chat().tree().toString()).doesNotContain("sallyport", "reasoning_details");
    assertThat(SealedReasoning.is(sealed)).isTrue();
  }

  /** Table of errors: what clients are told in the middle of a response. */
  @ParameterizedTest
  @CsvSource({
    "RATE_LIMITED, rate_limit_exceeded",
    "INVALID_REQUEST, invalid_prompt",
    "REQUEST_TOO_LARGE, invalid_prompt",
    "UPSTREAM_UNAVAILABLE, server_error",
    "UPSTREAM_TIMEOUT, server_error",
    "FORBIDDEN, server_error",
    "BUDGET_EXHAUSTED, server_error",
  })
  void endsABrokenResponseWithACodeThatClientsKnow(RefusalCode code, String told) {
    var frames = skin.stream(asked()).broken(new Refusal(code));
    var text = new StringBuilder();
    frames.forEach(frame -> text.append(new String(frame, StandardCharsets.UTF_8)));
    var events = EventRules.read(text.toString());

    assertThat(EventRules.check(events)).isEqualTo("response.failed");
    assertThat(events.getLast().at("/response/error/code").asText()).isEqualTo(told);
    assertThat(events.getLast().at("/response/error/message").asText()).isEqualTo(code.advice());
    assertThatThrownBy(() -> skin.read(new byte[0])).isInstanceOf(Refusal.class);
  }
}
