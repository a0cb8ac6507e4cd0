package dev.sallyport.gateway.demo.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CrmServerTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

  private final HttpClient http = HttpClient.newHttpClient();
  private final CrmServer server = new CrmServer(0, "crm-secret", CLOCK);

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  @Test
  void listsItsToolsToTheOfficialClient() {
    try (var client = client()) {
      assertThat(client.listTools().tools())
          .extracting(Tool::name)
          .containsExactlyInAnyOrder(
              "query_accounts", "get_account", "update_account", "export_accounts", "whoami");
    }
  }

  @Test
  void findsTheAccountsOfAQuarterWithTheirAddresses() {
    try (var client = client()) {
      var found = call(client, "query_accounts", Map.of("renewing", "this_quarter"));

      assertThat(found.get("total").intValue()).isEqualTo(3);
      assertThat(found.findValuesAsText("renewal"))
          .containsExactly("2026-12-31", "2026-12-28", "2026-12-22");
      assertThat(found.findValuesAsText("email")).contains("ada.quist@northwind.example");
      assertThat(found.toString()).contains("call export_accounts with");
      assertThat(call(client, "query_accounts", Map.of()).get("total").intValue()).isEqualTo(6);
    }
  }

  @Test
  void readsAndChangesOneAccount() {
    try (var client = client()) {
      var _ = call(client, "update_account", Map.of("id", "A-1006", "notes", "Called."));

      assertThat(call(client, "get_account", Map.of("id", "A-1006")).get("notes").textValue())
          .isEqualTo("Called.");
      assertThat(result(client, "get_account", Map.of("id", "A-9")).isError()).isTrue();
    }
  }

  @Test
  void remembersWhatWasExported() throws Exception {
    try (var client = client()) {
      assertThat(exports().get("exports")).isEmpty();

      var _ = call(client, "export_accounts", Map.of("destination", "https://e.example"));

      assertThat(exports().at("/exports/0/destination").textValue()).isEqualTo("https://e.example");
    }
  }

  /** The reflected credential. */
  @Test
  void echoesTheHeadersThatItReceived() {
    try (var client = client()) {
      assertThat(call(client, "whoami", Map.of()).at("/headers/Authorization").textValue())
          .isEqualTo("Bearer crm-secret");
    }
  }

  @Test
  void wantsItsToken() throws Exception {
    var ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    assertThat(post(ping, "Bearer wrong").statusCode()).isEqualTo(401);
    assertThat(post(ping, "").statusCode()).isEqualTo(401);
    assertThat(post(ping, "Bearer crm-secret").statusCode()).isEqualTo(200);
  }

  @Test
  void takesNoGet() throws Exception {
    var request = HttpRequest.newBuilder(server.uri()).GET().build();

    assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void runsAsAProcessAndPrintsItsAddress() throws Exception {
    var builder = new ProcessBuilder(PeerJvm.java());
    builder.command().addAll(PeerJvm.arguments(CrmServer.class));
    builder.environment().put("CRM_TOKEN", "t");
    var process = builder.start();
    try (var reader = process.inputReader()) {
      assertThat(reader.readLine()).matches("crm ready http://127\\.0\\.0\\.1:\\d+/mcp");
    } finally {
      process.destroyForcibly();
    }
  }

  private McpSyncClient client() {
    var transport =
        HttpClientStreamableHttpTransport.builder(server.uri().resolve("/").toString())
            .endpoint("/mcp")
            .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer crm-secret"))
            .jsonMapper(PeerTool.MCP_JSON)
            .build();
    var client = McpClient.sync(transport).build();
    var _ = client.initialize();
    return client;
  }

  private static JsonNode call(McpSyncClient client, String tool, Map<String, Object> arguments) {
    var result = result(client, tool, arguments);
    assertThat(result.isError()).isFalse();
    return PeerTool.JSON.valueToTree(result.structuredContent());
  }

  private static CallToolResult result(
      McpSyncClient client, String tool, Map<String, Object> arguments) {
    return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  private JsonNode exports() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(server.uri().resolve("/exports").toString()));
    return PeerTool.JSON.readTree(http.send(request.build(), BodyHandlers.ofString()).body());
  }

  private HttpResponse<String> post(String body, String authorization)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(server.uri())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
