package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * AZ-11: policies that cannot be put in force change nothing: those that were stay, and it is on
 * record; and with no others a gateway does not start.
 */
@Timeout(60)
class PolicyFaultTest {
  private static final String POLICY =
      """
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: ci}
      spec:
        identity: {workload: 'spiffe://prod/agent/ci'}
        tools: [{resource: crm, actions: [read], when: args.n < 10}]
      """;

  @TempDir private Path folder;
  private final TestingMcpServer crm =
      TestingMcpServer.speaking(Era.STATELESS).withEcho("read").withEcho("drop");
  private TestingGateway gateway;
  private McpCaller caller;

  @BeforeEach
  void open() {
    gateway = TestingGateway.start(folder);
    gateway.apply(
        POLICY
            + """
            ---
            apiVersion: sallyport.dev/v1
            kind: McpServer
            metadata: {name: crm}
            spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
            """
                .formatted(crm.url()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
    caller = new McpCaller(gateway.data().resolve("/mcp"), gateway.svid("/agent/ci"));
  }

  @AfterEach
  void close() {
    gateway.close();
    crm.close();
  }

  @ParameterizedTest(name = "{2}")
  @DisplayName("AZ-11: policies that are wrong change nothing, with an answer and a record")
  @CsvSource(
      delimiter = '|',
      value = {
        "tools: [ | tools: [[ | malformed_request | ",
        "args.n < 10 | 'args.n <' | invalid_resource | /spec/tools/0/when",
        "args.n < 10 | 'arg.n < 10' | invalid_resource | /spec/tools/0/when",
        "args.n < 10 | 'size(\"a\")' | invalid_resource | /spec/tools/0/when",
        "actions: [read] | action: [drop] | invalid_resource | /spec/tools/0/action",
        "actions: [read] | actions: [] | invalid_resource | /spec/tools/0/actions",
        "resource: crm | resource: '' | invalid_resource | /spec/tools/0/resource",
        "spiffe://prod/agent/ci | prod | invalid_resource | /spec/identity/workload",
        "kind: AgentPolicy | kind: AgentPolcy | invalid_resource | ",
      })
  void keepsWhatWasInForce(String from, String to, String code, String pointer) {
    assertDecidedAsBefore();
    var wrong = POLICY.replace(from, to);
    var other = POLICY.replace("name: ci", "name: other").replace("agent/ci", "agent/other");

    var reply = apply(other + "---\n" + wrong);

    var body = TestingGateway.read(reply.body());
    assertThat(body.path("code").asText()).as(reply.body()).isEqualTo(code);
    assertThat(reply.body()).doesNotContain("Exception", "dev.sallyport");
    if (pointer != null) {
      assertThat(body.path("errors"))
          .extracting(error -> error.path("pointer").asText())
          .contains(pointer);
    }
    var record = records().getLast();
    assertThat(record.path("code").asText() + record.at("/facts/code").asText()).isEqualTo(code);
    assertThat(gateway.admin().get("/admin/agentpolicy/other").status()).isEqualTo(404);
    assertDecidedAsBefore();
  }

  @ParameterizedTest
  @DisplayName("AZ-11: with stored policies that are wrong a gateway does not start, and says why")
  @CsvSource(
      delimiter = '|',
      value = {
        "args.n < 10 | args.n < | AgentPolicy/ci /spec/tools/0/when",
        "\"actions\" | \"action\" | AgentPolicy/ci /spec/tools/0/action",
        "\"tools\" | \"tolls\" | AgentPolicy/ci /spec/tolls",
        "}] | } | AgentPolicy/ci /spec: is stored as what is no JSON object",
      })
  void doesNotStartWithWhatIsWrong(String from, String to, String why) throws SQLException {
    gateway.close();
    damage(from, to);

    assertThatThrownBy(() -> TestingGateway.open(folder, Map.of(), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(why);
  }

  @Test
  @DisplayName("AZ-11: what another process stores and cannot be is not put in force")
  void keepsWhatWasInForceWhereAnotherProcessStoresWhatIsWrong() throws Exception {
    assertDecidedAsBefore();

    damage("args.n < 10", "args.n <");

    RevocationScene.await(() -> !events(StoreFollower.EVENT).isEmpty());
    assertThat(events(StoreFollower.EVENT))
        .singleElement()
        .satisfies(record ->
            assertThat(record.at("/facts/mistakes/0").asText())
                .isEqualTo("AgentPolicy/ci /spec/tools/0/when"));
    RevocationScene.await(() -> metrics().contains("sallyport_resources_refused 1"));
    assertDecidedAsBefore();

    damage("args.n <", "args.n < 0 || args.n < 20");
    RevocationScene.await(() -> call(15).json().has("result"));
    RevocationScene.await(() -> metrics().contains("sallyport_resources_refused 0"));
  }

  /** Changes the stored policy as another process would, without a look at it. */
  private void damage(String from, String to) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("data/store"), "sa", "");
        var change =
            connection.prepareStatement(
                "update gateway_resource set spec = replace(spec, ?, ?) where name = 'ci'");
        var statement = connection.createStatement()) {
      change.setString(1, from);
      change.setString(2, to);
      assertThat(change.executeUpdate()).isOne();
      statement.executeUpdate("update gateway_revision set revision = revision + 1");
    }
  }

  private void assertDecidedAsBefore() {
    assertThat(call(9).json().has("result")).isTrue();
    int sent = crm.seen("tools/call").size();

    assertThat(call(10).json().at("/error/data/code").asText()).isEqualTo("unknown_tool");

    var record = records().getLast();
    assertThat(record.path("type").asText()).isEqualTo("denied");
    assertThat(record.path("reason").asText()).isEqualTo("condition_not_met");
    assertThat(crm.seen("tools/call")).hasSize(sent);
  }

  private Answer call(int n) {
    return caller.call("crm__read", JsonNodeFactory.instance.objectNode().put("n", n));
  }

  private HttpResponse<String> apply(String yaml) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.gateway().admin().resolve("/admin/apply"))
            .header("Authorization", "Bearer " + gateway.adminToken())
            .header("Content-Type", "application/yaml")
            .POST(BodyPublishers.ofString(yaml))
            .build());
  }

  private String metrics() {
    return gateway
        .send(
            HttpRequest.newBuilder(gateway.gateway().admin().resolve("/metrics"))
                .header("Authorization", "Bearer " + gateway.adminToken())
                .GET()
                .build())
        .body();
  }

  private List<JsonNode> events(String name) {
    return records().stream().filter(record -> record.path("event").asText().equals(name)).toList();
  }

  private List<JsonNode> records() {
    var items = gateway.admin().get("/admin/evidence?last=1000").orFail().path("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }
}
