package dev.sallyport.sandbox.quarantine;

import static dev.sallyport.sandbox.quarantine.TestJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolResultsTest {
  private final Quarantine quarantine =
      new Quarantine(QuarantineLimits.defaults(), new SeededRandom(1), FixedClock.AT);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'content': [{'type': 'text', 'text': 'hello you'}]} | {"text":"{{txt#1}}"}
          {'content': [{'type': 'text', 'text': ''}]} | {"text":""}
          {'content': [{'type': 'text', 'text': '[1, true]'}]} | {"result":[1,true]}
          {'content': [{'type': 'text', 'text': ' {} '}]} | {}
          {'content': []} | {}
          {} | {}
          'oops' | {}
          {'structuredContent': {'a': 1}} | {"a":1}
          {'structuredContent': [1]} | {"result":[1]}
          {'structuredContent': null, 'content': [{'type': 'text', 'text': '7'}]} | {"text":"{{txt#1}}"}
          {'isError': true, 'content': [{'type': 'text', 'text': 'no such thing'}]} | {"error":"tool_error","message":"{{txt#1}}"}
          {'isError': true, 'structuredContent': {'a': 1}} | {"error":"tool_error","details":{"a":1}}
          {'content': [{'type': 'image', 'data': 'QQ==', 'mimeType': 'image/png'}]} | {"blocks":[{"type":"image","mimeType":"image/png","data":"{{blob#1}}"}]}
          {'content': [{'type': 'image', 'data': 'QQ==', 'mimeType': 'image/x-evil'}]} | {"blocks":[{"type":"image","data":"{{blob#1}}"}]}
          {'content': [{'type': 'hologram', 'a': 1}]} | {"blocks":[{"type":"unknown","block":"{{json#1}}"}]}
          """)
  void showsAResultAsOneObject(String result, String view) {
    var shown = projected(result);

    assertThat(withoutNonce(shown.get("structuredContent"))).isEqualTo(view);
    assertThat(shown.get("content").get(0).get("text").textValue())
        .isEqualTo(shown.get("structuredContent").toString());
  }

  @Test
  void doesNotShowTheSameThingTwice() {
    var shown =
        projected(
            "{'structuredContent': {'a': 'b c'}, 'content': [{'type': 'text',"
                + " 'text': '{\\'a\\':\\'b c\\'}'}]}");

    assertThat(shown.get("content")).hasSize(1);
  }

  @Test
  void showsWhatStandsBesideStructuredContentAsAttachments() {
    var shown =
        projected(
            "{'structuredContent': {'a': 1}, 'content': [{'type': 'text', 'text': 'more of it'},"
                + " {'type': 'resource_link', 'uri': 'file:///x', 'name': 'x'}]}");

    assertThat(withoutNonce(json(shown.get("content").get(1).get("text").textValue())))
        .isEqualTo(
            """
            {"attachments":[{"type":"text","text":"{{txt#1}}"},\
            {"type":"resource_link","uri":"{{txt#2}}","name":"{{txt#3}}"}]}\
            """);
  }

  @Test
  void dropsTheServersMetaAndSaysWhatWasTold() {
    var shown = projected("{'_meta': {'x': 'evil'}, 'content': [{'type': 'text', 'text': 'a b'}]}");

    assertThat(shown.fieldNames())
        .toIterable()
        .containsExactly("content", "structuredContent", "isError", "_meta");
    assertThat(shown.get("_meta"))
        .isEqualTo(
            json("{'dev.sallyport/quarantine': {'mode': 'strict', 'bits': 11, 'references': 1}}"));
  }

  @ParameterizedTest
  @CsvSource({
    "-32700, parse_error",
    "-32600, invalid_request",
    "-32601, method_not_found",
    "-32602, invalid_params",
    "-32603, internal_error",
    "-32000, other",
    "7, other"
  })
  void showsTheClassOfAProtocolError(int code, String shown) {
    var error = json("{'code': " + code + ", 'message': 'it is broken', 'x': 1}");

    assertThat(withoutNonce(quarantine.projectError("t", "crm", error).view()))
        .isEqualTo("{\"error\":\"" + shown + "\",\"message\":\"{{txt#1}}\"}");
  }

  private JsonNode projected(String result) {
    return quarantine
        .projectToolResult("t", "crm", new Vocabulary(List.of("a")), json(result))
        .view();
  }

  private static String withoutNonce(JsonNode view) {
    return view.toString().replaceAll("\\.[a-z2-7]{10}\\}\\}", "}}");
  }
}
