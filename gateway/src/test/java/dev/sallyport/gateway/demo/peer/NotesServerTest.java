package dev.sallyport.gateway.demo.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NotesServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void keepsNotesForTheOfficialClient() {
    try (var client = client()) {
      assertThat(client.listTools().tools())
          .extracting(Tool::name)
          .containsExactlyInAnyOrder("list_notes", "read_note", "write_note", "environment");

      var _ = call(client, "write_note", Map.of("title", "t", "text", "hello ü"));

      assertThat(call(client, "list_notes", Map.of()).at("/titles/0").textValue()).isEqualTo("t");
      assertThat(call(client, "read_note", Map.of("title", "t")).get("text").textValue())
          .isEqualTo("hello ü");
      assertThat(call(client, "environment", Map.of()).at("/environment/GIVEN").textValue())
          .isEqualTo("canary");
      assertThat(
              client
                  .callTool(
                      CallToolRequest.builder("read_note").arguments(Map.of("title", "x")).build())
                  .isError())
          .isTrue();
    }
  }

  @Test
  void endsWhenItsInputDoes() throws Exception {
    var builder = new ProcessBuilder(PeerJvm.java());
    builder.command().addAll(PeerJvm.arguments(NotesServer.class));
    var process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();

    process.getOutputStream().close();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private static McpSyncClient client() {
    var parameters =
        ServerParameters.builder(PeerJvm.java())
            .args(PeerJvm.arguments(NotesServer.class))
            .env(Map.of("GIVEN", "canary"))
            .build();
    var transport = new StdioClientTransport(parameters, PeerTool.MCP_JSON);
    var client = // which waits for a Java program to start
        McpClient.sync(transport).initializationTimeout(PATIENCE).requestTimeout(PATIENCE).build();
    var _ = client.initialize();
    return client;
  }

  private static JsonNode call(McpSyncClient client, String tool, Map<String, Object> arguments) {
    var result = client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
    assertThat(result.isError()).isFalse();
    return PeerTool.JSON.valueToTree(result.structuredContent());
  }
}
