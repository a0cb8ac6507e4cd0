package dev.sallyport.it.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.demo.peer.CrmServer;
import dev.sallyport.gateway.demo.peer.ScriptedModel;
import dev.sallyport.gateway.server.StartException;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway whose store is PostgreSQL. */
class GatewayOnPostgresTest {
  private static final Duration SETTLE = Duration.ofSeconds(60);

  /** A second, and what a busy machine takes beside it. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final String CRM_TOKEN = "canary-crm-5d0e7a31";
  private static final String MODEL_KEY = "canary-model-91bc4f60";

  @TempDir private Path folder;
  private final String url = TestingPostgres.url();

  @Test
  void runsATurnAndKeepsAllThatItWasToldOverARestart() throws Exception {
    try (var crm = new CrmServer(0, CRM_TOKEN, InstantSource.system());
        var model = new ScriptedModel(0, MODEL_KEY, InstantSource.system())) {
      String key;
      try (var gateway = start("first")) {
        gateway.apply(scene(crm, model));
        key = key(gateway);
        assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
        assertThat(tools(gateway, key)).doesNotContain("crm__query_accounts");
        approveAll(gateway);

        assertThat(turn(gateway, key)).contains("crm__query_accounts", "\"completed\"");
      }
      try (var gateway = start("first")) {
        assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
        assertThat(tools(gateway, key)).contains("crm__query_accounts");
        assertThat(turn(gateway, key)).contains("crm__query_accounts", "\"completed\"");
        assertThat(gateway.admin().get("/admin/AgentPolicy/renewals").ok()).isTrue();
      }
    }
    assertThat(LedgerVerifier.verify(folder.resolve("first/data/evidence")))
        .isInstanceOf(Verification.Verified.class);
    assertThat(spent()).isPositive();
    assertThat(Files.exists(folder.resolve("first/data/store.mv.db"))).isFalse();
  }

  @Test
  void refusesToStartOnWhatALaterVersionHasMigrated() throws Exception {
    start("first").close();
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute(
          """
          insert into "vault_schema" ("installed_rank", "version", "description", "type", "script",
            "checksum", "installed_by", "execution_time", "success")
          values (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'later', 1, true)
          """);
    }

    var keys = Map.of(ConfigKey.STORE_URL, url);
    assertThatThrownBy(() -> TestingGateway.open(folder.resolve("second"), keys, Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "The store's tables of vault are of a later version; start that one, or put the store"
                + " back from your backup.");
  }

  /** ST-06: what one replica revokes is cut at every other. */
  @Test
  void cutsAtEveryReplica() throws Exception {
    try (var first = start("first");
        var second = start("second")) {
      var key = key(first);
      awaitStatus(second, key, 200);
      var caller = new McpCaller(second.data().resolve("/mcp"), key);
      var body =
          """
          {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": {
            "notifications": {"toolsListChanged": true}, "_meta": {
              "io.modelcontextprotocol/protocolVersion": "2026-07-28",
              "io.modelcontextprotocol/clientCapabilities": {}}}}
          """;
      var headers =
          Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen");
      try (var stream = caller.open("POST", body, headers)) {
        assertThat(stream.next().path("method").asText())
            .isEqualTo("notifications/subscriptions/acknowledged");

        first.apply(
            """
            apiVersion: sallyport.dev/v1
            kind: Revocation
            metadata: {name: renewals}
            spec: {principal: 'spiffe://prod/agent/renewals'}
            """);
        long revoked = System.nanoTime();

        assertThat(stream.rest().toString()).contains("unauthenticated");
        assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(SOON);
      }
      assertThat(second.get("/v1/models", key).statusCode()).isEqualTo(401);
    }
  }

  /** AZ-10, AZ-11: and what one replica is told of policies is decided by at every other. */
  @Test
  void decidesByANewPolicyAtEveryReplica() throws Exception {
    try (var server = TestingMcpServer.speaking(Era.STATELESS).withEcho("read");
        var first = start("first");
        var second = start("second")) {
      first.apply(
          """
          apiVersion: sallyport.dev/v1
          kind: McpServer
          metadata: {name: crm}
          spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
          """
              .formatted(server.url()));
      var key = key(first);
      bounded(first, 10);
      awaitStatus(second, key, 200);
      var caller = new McpCaller(second.data().resolve("/mcp"), key);
      awaitCode(caller, 9, "", SETTLE);
      assertThat(code(caller, 10)).isEqualTo("unknown_tool");

      bounded(first, 5);
      awaitCode(caller, 9, "unknown_tool", SOON);
      var denied = second.admin().get("/admin/evidence?last=1").orFail().at("/items/0");
      assertThat(denied.path("reason").asText()).isEqualTo("condition_not_met");
      assertThat(code(caller, 4)).isEmpty();

      first.admin().delete("/admin/AgentPolicy/renewals").orFail();
      awaitCode(caller, 4, "unknown_tool", SOON);
    }
  }

  private static void bounded(TestingGateway gateway, int limit) {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: renewals}
        spec:
          identity: {workload: 'spiffe://prod/agent/renewals'}
          tools: [{resource: crm, actions: [read], when: args.n < %d}]
        """
            .formatted(limit));
  }

  private static void awaitCode(McpCaller caller, int n, String code, Duration within) {
    long end = System.nanoTime() + within.toNanos();
    while (!code(caller, n).equals(code)) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.onSpinWait();
    }
  }

  /** The code of the refusal of a call; empty if there was none. */
  private static String code(McpCaller caller, int n) {
    var arguments = JsonNodeFactory.instance.objectNode().put("n", n);
    return caller.call("crm__read", arguments).json().at("/error/data/code").asText();
  }

  private static void awaitStatus(TestingGateway gateway, String key, int status) {
    long end = System.nanoTime() + SETTLE.toNanos();
    while (gateway.get("/v1/models", key).statusCode() != status) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.onSpinWait();
    }
  }

  private long spent() throws SQLException {
    try (var connection = DriverManager.getConnection(url, TestingPostgres.user(), "");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select sum(spent) from llm_budget where reserved = 0")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private TestingGateway start(String name) {
    return TestingGateway.start(
        folder.resolve(name),
        Map.of(
            ConfigKey.STORE_URL,
            url,
            ConfigKey.STORE_USER,
            TestingPostgres.user(),
            ConfigKey.VAULT_KEY_FILE,
            folder.resolve("kek.json").toString()),
        Map.of());
  }

  private static void approveAll(TestingGateway gateway) {
    var all = JsonNodeFactory.instance.objectNode();
    var tools = all.putArray("tools");
    for (var item : gateway.admin().get("/admin/tools?status=pending").orFail().path("items")) {
      tools
          .addObject()
          .put("tool", item.path("tool").asText())
          .put("digest", item.path("digest").asText());
    }
    gateway.admin().post("/admin/tools/crm/approve", all).orFail();
  }

  private static String key(TestingGateway gateway) {
    var document =
        TestingGateway.read(
            """
            {"apiVersion": "sallyport.dev/v1", "kind": "VirtualKey",
             "metadata": {"name": "renewals"},
             "spec": {"workload": "spiffe://prod/agent/renewals",
                      "expiresAt": "2036-07-22T00:00:00Z"}}
            """);
    return gateway
        .admin()
        .put("/admin/VirtualKey/renewals", document)
        .orFail()
        .findPath("key")
        .asText();
  }

  private static String tools(TestingGateway gateway, String key) {
    var request =
        HttpRequest.newBuilder(gateway.data().resolve("/mcp"))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", "2026-07-28")
            .header("Mcp-Method", "tools/list")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
                      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                      "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
                      "io.modelcontextprotocol/clientCapabilities": {}}}}
                    """));
    var answer = gateway.send(request.build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String turn(TestingGateway gateway, String key) {
    var answer =
        gateway.post(
            "/v1/responses",
            key,
            """
            {"model": "assistant", "input": "Query the accounts that renew this quarter.",
             "tools": [{"type": "mcp", "server_label": "sallyport"}]}
            """);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String scene(CrmServer crm, ScriptedModel model) {
    return """
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: crm}
    spec: {kind: header, header: Authorization, value: Bearer %s, servers: [crm]}
    ---
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: crm}
    spec: {transport: streamable-http, url: '%s', credential: crm, quarantine: strict}
    ---
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: model}
    spec: {kind: secret, value: %s, providers: [model]}
    ---
    apiVersion: sallyport.dev/v1
    kind: Provider
    metadata: {name: model}
    spec: {protocol: openai, baseUrl: '%s', credential: model}
    ---
    apiVersion: sallyport.dev/v1
    kind: Deployment
    metadata: {name: assistant}
    spec:
      alias: assistant
      provider: model
      upstreamModel: gullible-1
      price: {inputUsdPerMillion: '3.00', outputUsdPerMillion: '15.00'}
    ---
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: renewals}
    spec:
      identity: {workload: 'spiffe://prod/agent/renewals'}
      models: {allow: [assistant], budget: {daily_usd: 75}}
      tools: [{resource: crm, actions: ['*']}]
    """
        .formatted(CRM_TOKEN, crm.uri(), MODEL_KEY, model.uri());
  }
}
