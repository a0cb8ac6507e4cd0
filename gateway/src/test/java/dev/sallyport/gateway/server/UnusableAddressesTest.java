package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.testing.TestingGateway;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses to which nothing can be sent are not taken, and stored ones hold up nothing else. */
class UnusableAddressesTest {
  private static final String RESOURCES =
      """
      apiVersion: sallyport.dev/v1
      kind: McpServer
      metadata: {name: far}
      spec: {transport: streamable-http, url: 'http://127.0.0.1:9/mcp'}
      ---
      apiVersion: sallyport.dev/v1
      kind: Provider
      metadata: {name: near}
      spec: {protocol: openai, baseUrl: 'http://127.0.0.1:9/v1'}
      ---
      apiVersion: sallyport.dev/v1
      kind: Deployment
      metadata: {name: fast}
      spec: {alias: fast, provider: near, upstreamModel: m}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: ci}
      spec:
        identity: {workload: 'spiffe://prod/agent/ci'}
        tools: [{resource: far, actions: ['*']}]
        models: {allow: [fast]}
      """;

  private static final String WRONG_PORT = "the port must be 1 to 65535";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "https://169.254.169.254/latest",
        "https://169.254.1.1/",
        "https://[fe80::1]/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:169.254.169.254]/",
        "https://100.100.100.200/",
        "https://0.0.0.0/",
      })
  void areNotTakenAnew(String address) {
    try (var gateway = TestingGateway.start(folder)) {
      var server = gateway.tryApply(RESOURCES.replace("http://127.0.0.1:9/mcp", address));
      var provider = gateway.tryApply(RESOURCES.replace("http://127.0.0.1:9/v1", address));

      assertThat(server.status()).isEqualTo(422);
      assertThat(server.body().at("/errors/0/pointer").asText()).isEqualTo("/spec/url");
      assertThat(provider.status()).isEqualTo(422);
      assertThat(provider.body().at("/errors/0/pointer").asText()).isEqualTo("/spec/baseUrl");
      assertThat(gateway.admin().get("/admin/mcpservers").orFail().path("items")).isEmpty();
    }
  }

  @Test
  void doNotStopTheStartWhereTheyAreStored() throws SQLException {
    try (var gateway = TestingGateway.start(folder)) {
      gateway.apply(RESOURCES);
    }
    damage();

    try (var gateway = TestingGateway.start(folder)) {
      var told = gateway.agent("/agent/ci").call("far__any", JsonNodeFactory.instance.objectNode());
      assertThat(told.json().toString())
          .contains("code")
          .doesNotContain("65535", "99999", "Exception");
      var admin = gateway.admin();
      var server = admin.get("/admin/servers").orFail().at("/items/0");
      assertThat(server.path("state").asText()).isEqualTo("unreachable");
      assertThat(server.path("detail").asText()).isEqualTo("url: " + WRONG_PORT);
      assertThat(admin.get("/admin/mcpservers/far").orFail().at("/status/warnings/0").toString())
          .contains("/spec/url", WRONG_PORT);
      assertThat(admin.get("/admin/providers/near").orFail().at("/status/warnings/0").toString())
          .contains("/spec/baseUrl", WRONG_PORT);

      var asked =
          gateway.post(
              "/v1/chat/completions",
              gateway.svid("/agent/ci"),
              "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
      assertThat(asked.statusCode()).isEqualTo(502);
      assertThat(asked.body()).contains("upstream_unavailable").doesNotContain("65535", "99999");
    }
  }

  /** What is stored as it is written does not hold up the rest of the set, nor hide its doubt. */
  @Test
  void areTakenAgainWhereTheyAreStoredAndNothingElseChanged() throws SQLException {
    try (var gateway = TestingGateway.start(folder)) {
      gateway.apply(RESOURCES);
    }
    damage();
    var stored = RESOURCES.replace(":9/", ":99999/");

    try (var gateway = TestingGateway.start(folder)) {
      var again = gateway.tryApply(stored.replace("upstreamModel: m", "upstreamModel: n"));

      assertThat(again.status()).isEqualTo(200);
      assertThat(again.body().path("warnings").findValuesAsText("pointer"))
          .contains("/spec/url", "/spec/baseUrl");
      var other = gateway.tryApply(stored.replace(":99999/mcp", ":99998/mcp"));
      assertThat(other.status()).isEqualTo(422);
      assertThat(other.body().path("errors").findValuesAsText("pointer"))
          .containsExactly("/spec/url");
    }
  }

  private void damage() throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("data/store"), "sa", "");
        var statement = connection.createStatement()) {
      var changed =
          statement.executeUpdate(
              "update gateway_resource set spec = replace(spec, ':9/', ':99999/')"
                  + " where name in ('far', 'near')");
      assertThat(changed).isEqualTo(2);
    }
  }
}
