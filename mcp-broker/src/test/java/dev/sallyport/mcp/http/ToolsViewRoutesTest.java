package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolsViewRoutesTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final TestingBroker broker = new TestingBroker(new SearchingForBob());
  private final TestingMcpServer crm = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo");

  /** Shows Bob how to search. */
  private record SearchingForBob(Authority all) implements Authority {
    SearchingForBob() {
      this(FixedAuthority.allowingAll());
    }

    @Override
    public Decision decide(Action action) {
      return all.decide(action);
    }

    @Override
    public boolean visible(Principal principal, Target target) {
      return all.visible(principal, target);
    }

    @Override
    public boolean searchesTools(Principal principal) {
      return principal.equals(TestingBroker.BOB);
    }
  }

  @BeforeEach
  void register() {
    broker.register("crm", crm, "trusted");
  }

  @AfterEach
  void stop() {
    broker.close();
    crm.close();
  }

  @ParameterizedTest
  @CsvSource({
    "alice, /mcp, crm__echo",
    "alice, /mcp/crm, echo",
    "alice, /mcp?tools=list, crm__echo",
    "alice, /mcp?tools=search, call_tool search_tools",
    "alice, /mcp/crm?tools=search, call_tool search_tools",
    "bob, /mcp, call_tool search_tools",
    "bob, /mcp/crm, call_tool search_tools",
    "bob, /mcp?tools=list, crm__echo",
  })
  void listsAsTheUrlSaysOrElseThePolicy(String token, String path, String names) {
    var caller = new McpCaller(broker.server.uri(path), token);

    var listed = caller.stateless("tools/list", JSON.createObjectNode()).json();

    assertThat(listed.at("/result/tools"))
        .extracting(tool -> tool.path("name").asText())
        .isEqualTo(List.of(names.split(" ", -1)));
  }

  @Test
  void refusesAnotherView() {
    var caller = new McpCaller(broker.server.uri("/mcp?tools=serach"), "alice");

    var answer = caller.stateless("tools/list", JSON.createObjectNode()).json();

    assertThat(answer.at("/error/code").asInt()).isEqualTo(-32602);
  }

  @Test
  void findsAndCallsInASession() {
    var caller = new McpCaller(broker.server.uri("/mcp?tools=search"), "alice");
    var headers =
        McpRoutesScene.headers(McpRoutesScene.initialize(caller, "2025-06-18"), "2025-06-18");

    var found =
        tools(caller, headers, "search_tools", JSON.createObjectNode().put("query", "echo"));
    var name = found.at("/result/structuredContent/tools/0/name").asText();
    var wrapped = JSON.createObjectNode().put("name", name);
    wrapped.putObject("arguments").put("n", 7);
    var answer = tools(caller, headers, "call_tool", wrapped);

    assertThat(name).isEqualTo("crm__echo");
    assertThat(answer.at("/result/structuredContent/n").asInt()).isEqualTo(7);
  }

  private static JsonNode tools(
      McpCaller caller, Map<String, String> headers, String tool, ObjectNode arguments) {
    var params = JSON.createObjectNode().put("name", tool);
    params.set("arguments", arguments);
    return McpRoutesScene.request(caller, "tools/call", params, headers).json();
  }
}
