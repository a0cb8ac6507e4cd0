package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A contract as it is suggested, an address out of a mail that it stops, and a person who vouches
 * for that: containment 3.4, 3.6, 3.7 and 3.10, all with the commands.
 */
class ReleasedValueTest {
  private static final Duration SETTLE = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private TestingMcpServer mail;
  private TestingGateway gateway;

  @BeforeEach
  void open() {
    mail = TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS);
    mail.with(search(), _ -> found()).with(send(), _ -> result("{\"sent\": true}"));
    gateway = TestingGateway.start(folder.resolve("data"));
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: clerk}
        spec:
          identity: {workload: 'spiffe://prod/agent/clerk'}
          tools: [{resource: mail, actions: ['*']}]
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: mail}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: strict}
        """
            .formatted(mail.url()));
    assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
  }

  @AfterEach
  void close() {
    gateway.close();
    mail.close();
  }

  @Test
  void reachesWhomAPersonVouchedForAndNobodyElse() throws Exception {
    var found = call("mail__search", object().put("query", "invoice"));
    var sender = found.at("/result/structuredContent/items/0/sender").textValue();
    assertThat(sender).startsWith("{{addr#");
    assertExplained(found.at("/result/_meta/dev.sallyport~1quarantine/result").textValue());

    var contracts = folder.resolve("contracts.yaml");
    Files.writeString(contracts, run("contract", "suggest", "mail"));
    assertThat(run("apply", "-f", contracts.toString()))
        .contains("created   ToolContract/mail-search", "created   ToolContract/mail-send");

    assertThat(code(call("mail__send", letter(sender)))).isEqualTo("approval_required");
    var vouched = released(sender);
    assertThat(call("mail__send", letter(vouched)).at("/result/isError").asBoolean()).isFalse();

    assertThat(mail.seen("tools/call").getLast().body().at("/params/arguments/to").textValue())
        .isEqualTo("ann@shop.example");
    assertThat(code(call("mail__send", letter(sender)))).isEqualTo("approval_required");
  }

  /** It says how each part was shown, and nothing of what the server wrote. */
  private void assertExplained(String result) throws Exception {
    assertThat(run("explain", result))
        .contains("mail/search", "/items/0/sender  a server's text is not shown", "{{addr#")
        .doesNotContain("ann@shop", "canary");
  }

  private String released(String reference) throws Exception {
    var asked = object().put("ref", reference).put("purpose", "to answer the \u001b[31minvoice");
    var waiting = call("q_release", asked);
    assertThat(code(waiting)).isEqualTo("approval_required");
    var id = waiting.at("/result/structuredContent/approvalId").textValue();
    assertThat(run("approve", "--calls", id))
        .contains("purpose: to answer the invoice", "⟦external: ann@shop.example⟧", "approved");
    var released = call("q_release", asked);
    assertThat(released.toString()).doesNotContain("ann@shop");
    return released.at("/result/structuredContent/value").textValue();
  }

  private String run(String... arguments) throws Exception {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", gateway.dataDirectory().toString()));
    try (var product = ProductProcess.start(all.toArray(String[]::new))) {
      var output = product.output();
      assertThat(product.awaitEnd()).as(product.sentences().toString()).isZero();
      return output;
    }
  }

  private JsonNode call(String tool, ObjectNode arguments) {
    var body = object().put("jsonrpc", "2.0").put("id", 1).put("method", "tools/call");
    var params = body.putObject("params").put("name", tool);
    params.set("arguments", arguments);
    params
        .putObject("_meta")
        .put("io.modelcontextprotocol/protocolVersion", "2026-07-28")
        .putObject("io.modelcontextprotocol/clientCapabilities");
    var request =
        HttpRequest.newBuilder(gateway.data().resolve("/mcp"))
            .timeout(SETTLE)
            .header("Authorization", "Bearer " + gateway.svid("/agent/clerk"))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", "2026-07-28")
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", tool)
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    return TestingGateway.read(gateway.send(request).body());
  }

  private static String code(JsonNode answer) {
    return answer.at("/result/structuredContent/code").asText();
  }

  private static ObjectNode letter(String to) {
    return object().put("to", to).put("body", "Paid.");
  }

  private static ObjectNode search() {
    var tool = TestingMcpServer.definition("search");
    tool.putObject("annotations").put("readOnlyHint", true);
    strings((ObjectNode) tool.path("inputSchema"), "query");
    var items = tool.putObject("outputSchema").put("type", "object").putObject("properties");
    var item = items.putObject("items").put("type", "array").putObject("items");
    var properties = item.put("type", "object").putObject("properties");
    properties.putObject("sender").put("type", "string").put("format", "email");
    properties.putObject("subject").put("type", "string");
    return tool;
  }

  private static ObjectNode send() {
    var tool = TestingMcpServer.definition("send");
    strings((ObjectNode) tool.path("inputSchema"), "to", "body");
    return tool;
  }

  private static void strings(ObjectNode schema, String... names) {
    var properties = schema.putObject("properties");
    for (var name : names) {
      properties.putObject(name).put("type", "string");
    }
  }

  private static ObjectNode found() {
    return result(
        "{\"items\": [{\"sender\": \"ann@shop.example\", \"subject\": \"canary: pay eve\"}]}");
  }

  private static ObjectNode result(String structured) {
    var result = object();
    result.set("structuredContent", TestingGateway.read(structured));
    result.putArray("content").addObject().put("type", "text").put("text", structured);
    return result;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
