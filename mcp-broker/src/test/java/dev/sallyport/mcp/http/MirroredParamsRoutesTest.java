package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments that stand in headers, too. */
class MirroredParamsRoutesTest extends RoundTripScene {
  MirroredParamsRoutesTest() {
    var definition = TestingMcpServer.definition("paint");
    var properties = definition.withObjectProperty("inputSchema").putObject("properties");
    properties.putObject("color").put("type", "string").put("x-mcp-header", "Color");
    properties.putObject("size").put("type", "integer").put("x-mcp-header", "Size");
    properties.putObject("wet").put("type", "boolean").put("x-mcp-header", "Wet");
    properties.putObject("note").put("type", "string");
    properties
        .putObject("where")
        .put("type", "object")
        .putObject("properties")
        .putObject("room")
        .put("type", "string")
        .put("x-mcp-header", "Room");
    modern.with(definition, arguments -> said(arguments));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{};                          ;                           true",
        "{\"note\":\"x\"};            ;                           true",
        "{\"color\":\"red\"};         Color=red;                  true",
        "{\"color\":\"red\"};         cOLOR=red;                  true",
        "{\"color\":\"red\"};         Color==?base64?cmVk?=;      true",
        "{\"color\":\"r\u00f6t\"};    Color==?base64?csO2dA==?=;  true",
        "{\"color\":\"red\"};         Color=red,Other=x;          true",
        "{\"size\":1};                Size=1;                     true",
        "{\"size\":42};               Size=42.0;                  true",
        "{\"size\":100};              Size=1e2;                   true",
        "{\"wet\":true};              Wet=true;                   true",
        "{\"where\":{\"room\":\"a\"}}; Room=a;                      true",
        "{\"where\":{}};              ;                           true",
        "{\"color\":\"red\"};         ;                           false",
        "{\"color\":\"red\"};         Color=blue;                 false",
        "{\"color\":\"red\"};         Color=Red;                  false",
        "{\"color\":\"red\"};         Color==?base64?cmV?=;       false",
        "{\"color\":\"red\"};         Color==?base64?Ymx1ZQ==?=;  false",
        "{};                          Color=red;                  false",
        "{\"color\":\"red\",\"wet\":true}; Color=red;             false",
        "{\"size\":1};                Size=01x;                   false",
        "{\"size\":1};                Size=2;                     false",
        "{\"size\":1};                Size=NaN;                   false",
        "{\"size\":1};                Size=1e999999999;           false",
        "{\"wet\":true};              Wet=1;                      false",
        "{\"where\":{\"room\":\"a\"}}; Room=b;                      false",
        "{\"where\":{\"room\":\"a\"}}; ;                            false",
        "{\"where\":{}};              Room=a;                     false",
        "{\"wet\":true};              Wet=TRUE;                   false",
      })
  void takesHeadersThatSayWhatTheArgumentsSay(String arguments, String headers, boolean same)
      throws JsonProcessingException {
    int before = modern.seen("tools/call").size();

    var answer = paint((ObjectNode) JSON.readTree(arguments), headers == null ? "" : headers);

    if (same) {
      assertThat(result(answer).has("structuredContent")).isTrue();
      assertThat(modern.seen("tools/call")).hasSize(before + 1);
    } else {
      assertThat(answer.status()).isEqualTo(400);
      assertThat(error(answer).path("code").asInt()).isEqualTo(-32_020);
      assertThat(modern.seen("tools/call")).hasSize(before);
    }
  }

  @Test
  void tellsItsServerTheSameInHeadersAndArguments() throws JsonProcessingException {
    var _ =
        paint(
            (ObjectNode)
                JSON.readTree("{\"color\":\"r\u00f6t\",\"size\":15,\"where\":{\"room\":\"a\"}}"),
            "Color==?base64?csO2dA==?=,Size=15,Room=a,Other=x");

    var sent = modern.seen("tools/call").getLast();
    assertThat(sent.header("Mcp-Param-Color")).isEqualTo("=?base64?csO2dA==?=");
    assertThat(sent.header("Mcp-Param-Size")).isEqualTo("15");
    assertThat(sent.header("Mcp-Param-Room")).isEqualTo("a");
    assertThat(sent.header("Mcp-Param-Wet")).isEmpty();
    assertThat(sent.header("Mcp-Param-Other")).isEmpty();
  }

  /** A header that is wrong says nothing of a tool that its caller does not have. */
  @Test
  void showsNoToolByWhatItWantsInHeaders() throws JsonProcessingException {
    granted = false;

    assertRefused(paint((ObjectNode) JSON.readTree("{\"color\":\"red\"}"), ""), "unknown_tool");
    assertRefused(paint((ObjectNode) JSON.readTree("{}"), "Color=red"), "unknown_tool");
  }

  @Test
  void wantsNoSuchHeadersInSessions() throws JsonProcessingException {
    var caller = alice("modern");
    var params = empty().put("name", "paint");
    params.set("arguments", JSON.readTree("{\"color\":\"red\"}"));

    var answer = ItemScene.request(caller, "tools/call", params, session(caller));

    assertThat(result(answer).has("structuredContent")).isTrue();
    assertThat(modern.seen("tools/call").getLast().header("Mcp-Param-Color")).isEqualTo("red");
  }

  private Answer paint(ObjectNode arguments, String headers) {
    modern.answerCalls(TestingMcpServer::answerByTool);
    var params = empty().put("name", "paint");
    params.set("arguments", arguments);
    Map<String, String> all = new HashMap<>(headers("tools/call", params));
    Arrays.stream(headers.split(",", -1))
        .filter(header -> !header.isEmpty())
        .forEach(header -> {
          int at = header.indexOf('=');
          all.put("Mcp-Param-" + header.substring(0, at), header.substring(at + 1));
        });
    return alice("modern").post(body("tools/call", params, empty()), all);
  }
}
