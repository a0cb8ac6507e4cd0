package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The official Java SDK's client, as an independent witness. */
class SdkClientTest {
  @Test
  void listsAndCallsThroughTheGateway() {
    try (var crm = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo");
        var broker = new TestingBroker(FixedAuthority.allowingAll())) {
      broker.register("crm", crm, "trusted");
      var transport =
          HttpClientStreamableHttpTransport.builder(broker.server.uri("/").toString())
              .endpoint("/mcp")
              .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer alice"))
              .build();
      try (var client = McpClient.sync(transport).requestTimeout(Duration.ofSeconds(20)).build()) {
        client.initialize();

        assertThat(client.listTools().tools()).extracting(Tool::name).containsExactly("crm__echo");
        var result =
            client.callTool(
                CallToolRequest.builder("crm__echo").arguments(Map.of("text", "hello")).build());
        assertThat(((TextContent) result.content().getFirst()).text()).contains("hello");
        client.ping();
        assertThatThrownBy(
                () -> client.callTool(CallToolRequest.builder("none").arguments(Map.of()).build()))
            .hasMessageContaining("no tool of that name");
      }
    }
  }
}
