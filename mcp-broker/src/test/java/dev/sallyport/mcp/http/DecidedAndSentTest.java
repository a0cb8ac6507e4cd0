package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer.Seen;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R2: what is decided on is what is sent, however a request is put together. */
class DecidedAndSentTest extends ServerScene {
  private static final String META =
      "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientCapabilities\":{},\"dev.sallyport/x\":1,\"com.acme/x\":2";

  @BeforeEach
  void grantAll() {
    inForce(ALL);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          tools/call          | {"name":"query"} | {}
          tools/call          | {"name":"query","arguments":{"x":"1","X":2,"name":"drop"}} | {"x":"1","X":2,"name":"drop"}
          tools/call          | {"name":"query","arguments":{"x":1},"task":{},"inputResponses":{}} | {"x":1}
          tools/call          | {"name":"call_tool","arguments":{"name":"query","arguments":{"x":1}}} | {"x":1}
          prompts/get         | {"name":"greet"} | {}
          prompts/get         | {"name":"greet","arguments":{"x":"1","y":"2"}} | {"x":"1","y":"2"}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"x","value":"1"}} | {"x":"1"}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"x","value":"1"},"context":{}} | {"x":"1"}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"x","value":"1"},"context":{"arguments":{"y":"2"}}} | {"y":"2","x":"1"}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"x","value":"1"},"context":{"arguments":{"x":"secret","y":"2"}}} | {"y":"2","x":"1"}
          """)
  void decidesOnTheArgumentsThatAreSent(String method, String params, String expected) {
    var answer = ask(method, params);

    assertThat(answer.json().has("result")).as("%s", answer.json()).isTrue();
    assertThat(decided()).isEqualTo(object(expected));
    assertThat(arguments(method, sent(method))).isEqualTo(decided());
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          resources/read      | {"uri":"file:///a"}
          resources/read      | {"uri":"file:///a","range":{"from":1}}
          completion/complete | {"ref":{"type":"ref/resource","uri":"doc:///{id}"},"argument":{"name":"id","value":"1"}}
          completion/complete | {"ref":{"type":"ref/resource","uri":"doc:///{id}"},"argument":{"name":"id","value":"1"},"context":{"arguments":{"id":"secret","y":"2"}}}
          """)
  void decidesOnAllThatIsSentAboutWhatHasNoArguments(String method, String params) {
    var answer = ask(method, params);

    assertThat(answer.json().has("result")).as("%s", answer.json()).isTrue();
    var sent = sent(method).deepCopy();
    assertThat(sent.path("_meta").path("com.acme/x").asInt()).isEqualTo(2);
    assertThat(sent.path("_meta").has("dev.sallyport/x")).isFalse();
    sent.remove("_meta");
    var decided = decided().deepCopy();
    assertThat(decided.remove("_meta")).isEqualTo(object("{\"com.acme/x\":2}"));
    assertThat(sent).isEqualTo(decided);
    assertThat(sent.toString()).doesNotContain("secret");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          tools/call          | {"name":"query","arguments":[1]}
          tools/call          | {"name":"query","arguments":null}
          tools/call          | {"name":"query","arguments":"{}"}
          tools/call          | {"name":"query","arguments":{"x":1,"x":2}}
          tools/call          | {"name":"query","arguments":{"x":1,"\\u0078":2}}
          tools/call          | {"name":"query","arguments":{},"arguments":{"x":1}}
          tools/call          | {"name":"query","name":"count"}
          tools/call          | {"name":"call_tool","arguments":{"name":"query","arguments":[1]}}
          prompts/get         | {"name":"greet","arguments":[1]}
          prompts/get         | {"name":"greet","arguments":null}
          prompts/get         | {"name":"greet","arguments":"{}"}
          prompts/get         | {"name":"greet","arguments":{"x":"1","x":"2"}}
          resources/read      | {"uri":"file:///a","uri":"file:///b"}
          resources/read      | {"uri":["file:///a"]}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"}}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":"x"}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":["x"],"value":"1"}}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"x"}}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"x","value":{"y":1}}}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"x","value":"1"},"context":[1]}
          completion/complete | {"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"x","value":"1"},"context":{"arguments":"{}"}}
          completion/complete | {"ref":{"type":"ref/resource","uri":"doc:///{id}"},"argument":{"name":"id","value":1}}
          completion/complete | {"ref":{"type":"ref/resource","uri":"doc:///{id}"},"argument":{"name":"id","value":"1"},"context":{"arguments":[]}}
          """)
  void refusesWhatIsReadInTwoWays(String method, String params) {
    long carried = carried(crm);

    var answer = ask(method, params);

    assertThat(answer.json().has("result") && !answer.json().at("/result/isError").asBoolean())
        .as("%s", answer.json())
        .isFalse();
    assertThat(carried(crm)).isEqualTo(carried);
  }

  private Answer ask(String method, String params) {
    var body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s,\"_meta\":{%s}}}"
            .formatted(method, params.substring(0, params.length() - 1), META);
    var name = params.replaceAll("^\\{\"(name|uri)\":\"([^\"]*)\".*|^\\{\"ref\".*|^.*$", "$2");
    var headers =
        Map.of("MCP-Protocol-Version", ItemScene.MODERN, "Mcp-Method", method, "Mcp-Name", name);
    return caller("alice", "crm").post(body, headers);
  }

  private ObjectNode decided() {
    return (ObjectNode)
        broker.evidence.records(Begun.class).stream()
            .map(Begun::action)
            .filter(action -> !(action.target() instanceof Target.ServerInspection))
            .toList()
            .getLast()
            .arguments();
  }

  private ObjectNode sent(String method) {
    Seen seen = crm.seen(method).getLast();
    return (ObjectNode) seen.body().path("params");
  }

  /** All arguments that a server is given, whichever it looks at first. */
  private static JsonNode arguments(String method, ObjectNode sent) {
    if (!method.equals("completion/complete")) {
      return sent.has("arguments") ? sent.path("arguments") : object("{}");
    }
    var given = object("{}");
    sent.at("/context/arguments")
        .properties()
        .forEach(member -> given.set(member.getKey(), member.getValue()));
    var completed = sent.path("argument");
    assertThat(given.has(completed.path("name").asText())).isFalse();
    return given.set(completed.path("name").asText(), completed.path("value"));
  }
}
