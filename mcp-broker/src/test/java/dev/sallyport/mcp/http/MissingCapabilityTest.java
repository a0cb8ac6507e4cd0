package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tools that are there only for clients that can do something, called by all. */
class MissingCapabilityTest extends RoundTripScene {
  @BeforeEach
  void wantSampling() {
    modern.answerCalls((_, exchange, request) -> sample(exchange, request));
    legacy.answerCalls(
        (server, exchange, request) -> asking(server, exchange, request, "sampling/createMessage"));
  }

  private static void sample(HttpExchange exchange, JsonNode request) throws IOException {
    var said = request.at("/params/_meta").path("io.modelcontextprotocol/clientCapabilities");
    if (said.has("sampling")) {
      result(exchange, request, said(empty().put("sampled", true)).put("resultType", "complete"));
    } else {
      var failure = TestingMcpServer.failure(request, -32_021, "sampling is needed");
      TestingMcpServer.send(exchange, 400, failure);
    }
  }

  @Test
  void goesOnForACallerThatCan() {
    var answer = modern(alice("modern"), "tools/call", call("ask", "a"), able("sampling"));

    assertThat(result(answer).at("/structuredContent/sampled").asBoolean()).isTrue();
  }

  @Test
  void isToldWhatItLacksWhereTheServerSaysSo() {
    var answer = modern(alice("modern"), "tools/call", call("ask", "a"), able("elicitation"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).path("code").asInt()).isEqualTo(-32_021);
  }

  @Test
  void isToldOfAnErrorInASession() {
    var caller = alice("modern");
    var session = session(caller, "elicitation");

    var answer = caller.post(McpCaller.request("tools/call", call("ask", "a")).toString(), session);

    assertThat(error(answer).path("code").asInt()).isEqualTo(-32_603);
  }

  @Test
  void hasAServerInASessionToldThatItCannotBeAskedThat() {
    var answer = modern(alice("legacy"), "tools/call", call("ask", "a"), able());

    assertThat(result(answer).at("/structuredContent/answers/0/code").asInt()).isEqualTo(-32_601);
  }
}
