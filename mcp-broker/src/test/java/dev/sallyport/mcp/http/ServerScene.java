package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A server with everything that MCP has. */
abstract class ServerScene extends PolicyScene {
  /** The policy by which Alice has all of it. */
  static final String ALL = policy("alice", "{\"resource\":\"crm\",\"actions\":[\"*\"]}");

  final TestingMcpServer crm =
      TestingMcpServer.speaking(Era.STATELESS)
          .withEcho("query")
          .withEcho("count")
          .withEcho("think")
          .withEcho("job")
          .able("prompts", object("{}"))
          .able("resources", object("{\"subscribe\":true}"))
          .able("completions", object("{}"))
          .able("extensions", object("{\"io.modelcontextprotocol/tasks\":{}}"))
          .answer("prompts/list", ItemScene.list("prompts", object("{\"name\":\"greet\"}")))
          .answer(
              "resources/list",
              ItemScene.list(
                  "resources",
                  object("{\"uri\":\"file:///a\",\"name\":\"a\"}"),
                  object("{\"uri\":\"file:///b\",\"name\":\"b\"}")))
          .answer(
              "resources/templates/list",
              ItemScene.list(
                  "resourceTemplates", object("{\"uriTemplate\":\"doc:///{id}\",\"name\":\"d\"}")))
          .answer("prompts/get", answering("{\"messages\":[]}"))
          .answer("resources/read", answering("{\"contents\":[]}"))
          .answer("completion/complete", answering("{\"completion\":{\"values\":[\"x\"]}}"))
          .answer("tasks/get", answering(task("complete")))
          .answer("tasks/update", answering("{\"resultType\":\"complete\"}"))
          .answer("tasks/cancel", answering("{\"resultType\":\"complete\"}"));

  @BeforeAll
  void register() {
    crm.answerCalls(ServerScene::call);
    broker.register("crm", crm, "trusted");
  }

  @AfterAll
  void close() {
    crm.close();
  }

  private static void call(TestingMcpServer server, HttpExchange exchange, JsonNode request)
      throws IOException {
    switch (request.at("/params/name").asText()) {
      case "think" ->
          ItemScene.result(exchange, request, RoundTripScene.wish("sampling/createMessage", "s-1"));
      case "job" -> ItemScene.result(exchange, request, object(task("task")));
      default -> server.answerByTool(exchange, request);
    }
  }

  private static TestingMcpServer.CallScript answering(String result) {
    return (_, exchange, request) -> ItemScene.result(exchange, request, object(result));
  }

  private static String task(String resultType) {
    return """
    {"resultType": "%s", "taskId": "t-1", "status": "working", "ttlMs": 60000,
     "createdAt": "2026-11-21T10:30:00Z", "lastUpdatedAt": "2026-11-21T10:30:00Z"}
    """
        .formatted(resultType);
  }
}
