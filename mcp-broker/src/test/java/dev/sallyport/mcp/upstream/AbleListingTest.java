package dev.sallyport.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.mcp.testing.StdioProgram;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingStream;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Servers that list some of what they have only to clients that can do something. */
class AbleListingTest extends HttpUpstreamScene {
  private static final String ALL =
      "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{\"tools\":{}},\"roots\":{}}";
  private static final String TASKS = "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}},";

  private final TestingProcesses processes = new TestingProcesses();

  @Test
  void seesWhatAServerInSessionsListsOnlyToAbleClients() {
    listsTo(server, _ -> isAble(server.seen("initialize").getLast().body().at("/params")));

    assertThat(names(upstream)).containsExactly("sample");
    assertThat(names(upstream)).containsExactly("sample");

    assertThat(server.seen("initialize"))
        .extracting(seen -> seen.body().at("/params/capabilities").toString())
        .containsExactly("{}", ALL);
  }

  @Test
  void seesWhatAServerWithoutSessionsListsOnlyToAbleClients() {
    try (var stateless = TestingMcpServer.speaking(Era.STATELESS)) {
      listsTo(stateless, request -> isAble(request.at("/params/_meta")));

      assertThat(names(upstream(stateless, settings(stateless).timeout())))
          .containsExactly("sample");

      assertThat(stateless.seen("tools/list"))
          .singleElement()
          .satisfies(seen ->
              assertThat(capabilities(seen.body().at("/params/_meta")))
                  .hasToString(TASKS + ALL.substring(1)));
    }
  }

  @Test
  void refusesWhatAServerAsksWhileItLists() {
    server.answer(
        "tools/list",
        (_, exchange, request) -> {
          try (var stream = new TestingStream(server, exchange)) {
            var said = stream.ask(Json.object().put("q", 1).get("q"), "roots/list", Json.object());
            var listed = Json.object();
            listed
                .putArray("tools")
                .add(TestingMcpServer.definition("heard" + said.at("/error/code").asInt()));
            stream.send(TestingMcpServer.response(request, listed));
          }
        });

    assertThat(names(upstream)).containsExactly("heard-32601");
  }

  @Test
  void asksTheOneProcessOfAServerWithoutSessionsAsAnAbleClient() {
    try (var stdio = processes.upstream(StdioProgram.command("stateless"))) {
      assertThat(names(stdio)).contains("sample", "echo");
      assertThat(processes.started).hasSize(1);
    }
  }

  @Test
  void asksTheOneProcessOfAServerInSessionsAsAClientThatCanDoNothing() {
    try (var stdio = processes.upstream(StdioProgram.command())) {
      assertThat(names(stdio)).contains("echo").doesNotContain("sample");
      assertThat(names(stdio)).contains("echo").doesNotContain("sample");
      assertThat(processes.started).hasSize(1);
    }
  }

  private static void listsTo(TestingMcpServer server, Predicate<JsonNode> able) {
    server.answer(
        "tools/list",
        (_, exchange, request) -> {
          var listed = Json.object();
          var tools = listed.putArray("tools");
          if (able.test(request)) {
            tools.add(TestingMcpServer.definition("sample"));
          }
          TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, listed));
        });
  }

  private static boolean isAble(JsonNode said) {
    return capabilities(said).has("sampling");
  }

  private static JsonNode capabilities(JsonNode said) {
    return said.has("capabilities")
        ? said.path("capabilities")
        : said.path("io.modelcontextprotocol/clientCapabilities");
  }

  private static List<String> names(Upstream upstream) {
    return upstream.inspect(Lent.nothing()).tools().stream()
        .map(tool -> tool.path("name").asText())
        .toList();
  }
}
