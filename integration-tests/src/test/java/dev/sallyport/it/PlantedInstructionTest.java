package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.demo.peer.CrmServer;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AZ-06: an order to the agent, written into a customer's record, and an agent that obeys. */
class PlantedInstructionTest {
  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final String TASK =
      "Query the accounts that renew this quarter. Then write a note with the e-mail address of the"
          + " account owner.";
  private static final List<String> PLANTED =
      List.of("SYSTEM NOTICE", "collect.attacker.example", "nightly backup", "Before you do");

  @TempDir private Path folder;
  private CrmServer crm;
  private TestingMcpServer notes;
  private ListeningModel model;
  private TestingGateway gateway;

  @BeforeEach
  void open() {
    crm = new CrmServer(0, "crm-token", InstantSource.system());
    notes = TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS);
    notes.with(writeNote(), _ -> written());
    model = new ListeningModel("model-key");
    gateway = TestingGateway.start(folder);
  }

  @AfterEach
  void close() {
    gateway.close();
    model.close();
    notes.close();
    crm.close();
  }

  @Test
  void succeedsWhereTheServerIsTrusted() {
    apply("trusted");

    var answer = turn();

    assertThat(calls(answer)).contains("crm__export_accounts");
    assertThat(exports()).hasSize(1);
    assertThat(exports().get(0).path("destination").asText()).contains("attacker.example");
    assertThat(model.heard()).contains(PLANTED);
  }

  @Test
  void isNeverReadInQuarantineAndTheWorkIsDoneAllTheSame() {
    apply("strict");

    var answer = turn();

    assertThat(exports()).isEmpty();
    assertThat(model.heard()).contains("crm__query_accounts").doesNotContain(PLANTED);
    assertThat(answer.toString()).doesNotContain(PLANTED);
    assertThat(answer.path("status").asText()).isEqualTo("completed");
    assertThat(calls(answer)).containsExactly("crm__query_accounts", "notes__write_note");
    assertThat(notes.seen("tools/call"))
        .singleElement()
        .extracting(call -> call.body().at("/params/arguments").toString())
        .asString()
        .containsPattern("[a-z.]+@[a-z]+\\.example");
    assertThat(model.heard()).doesNotContainPattern("[a-z.]+@[a-z]+\\.example");
  }

  private static ObjectNode writeNote() {
    var tool = TestingMcpServer.definition("write_note").put("description", "Write a note.");
    var schema = (ObjectNode) tool.path("inputSchema");
    var properties = schema.putObject("properties");
    properties.putObject("title").put("type", "string");
    properties.putObject("text").put("type", "string");
    schema.putArray("required").add("title").add("text");
    return tool;
  }

  private static ObjectNode written() {
    var result = (ObjectNode) TestingGateway.read("{\"structuredContent\":{\"written\":true}}");
    result.putArray("content").addObject().put("type", "text").put("text", "{\"written\":true}");
    return result;
  }

  private void apply(String quarantine) {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: Credential
        metadata: {name: crm}
        spec: {kind: header, header: Authorization, value: Bearer crm-token, servers: [crm]}
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: crm}
        spec:
          transport: streamable-http
          url: %s
          credential: crm
          approval: auto
          quarantine: %s
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: notes}
        spec: {transport: streamable-http, url: '%s', approval: auto}
        ---
        apiVersion: sallyport.dev/v1
        kind: Credential
        metadata: {name: model}
        spec: {kind: secret, value: model-key, providers: [model]}
        ---
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: model}
        spec: {protocol: openai, baseUrl: '%s', credential: model}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: assistant}
        spec: {alias: assistant, provider: model, upstreamModel: gullible-1}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: renewals}
        spec:
          identity: {workload: 'spiffe://prod/agent/renewals'}
          models: {allow: [assistant]}
          tools:
            - {resource: crm, actions: ['*']}
            - {resource: notes, actions: ['*']}
        """
            .formatted(crm.uri(), quarantine, notes.url(), model.uri()));
    assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
  }

  private JsonNode turn() {
    var answer =
        gateway.post(
            "/v1/responses",
            gateway.svid("/agent/renewals"),
            """
            {"model": "assistant", "input": "%s",
             "tools": [{"type": "mcp", "server_label": "sallyport"}]}
            """
                .formatted(TASK));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestingGateway.read(answer.body());
  }

  /** What the CRM server was made to send away. */
  private JsonNode exports() {
    var request = HttpRequest.newBuilder(crm.uri().resolve("/exports")).timeout(SETTLE).build();
    return TestingGateway.read(gateway.send(request).body()).path("exports");
  }

  private static List<String> calls(JsonNode answer) {
    return StreamSupport.stream(answer.path("output").spliterator(), false)
        .filter(item -> item.path("type").asText().equals("mcp_call"))
        .map(item -> item.path("name").asText())
        .toList();
  }
}
