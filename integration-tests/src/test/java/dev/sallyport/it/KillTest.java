package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.cli.AdminClient;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is killed in the middle of its work, and started again. */
class KillTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final long WAIT_SECONDS = 120;

  @TempDir private Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void knowsAfterTheNextStartWhichCallWasCutOff() throws Exception {
    var data = folder.resolve("data");
    var evidence = data.resolve("evidence");
    var arrived = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var upstream =
        TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("slow")) {
      upstream.answerCalls((server, exchange, request) -> {
        arrived.countDown();
        hold(end);
        server.answerByTool(exchange, request);
      });
      String key;
      try (var first = ProductProcess.up(data)) {
        var addresses = first.ready();
        addresses.apply(data, scene(upstream.url()));
        key = key(addresses.client(data));
        awaitTool(addresses.data(), key);
        var answer =
            http.sendAsync(
                post(addresses.data(), key, "tools/call", call()), BodyHandlers.ofString());
        assertThat(arrived.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();

        first.kill();

        assertThat(answer).failsWithin(TIMEOUT);
      }
      end.countDown();
      try (var second = ProductProcess.up(data)) {
        var addresses = second.ready();

        var found = LedgerVerifier.verify(evidence);
        assertThat(found).isInstanceOf(Verification.Verified.class);
        var records = new EvidenceReader(evidence).last(200);
        assertThat(records)
            .filteredOn(record -> record.path("outcome").asText().equals("unknown"))
            .singleElement()
            .satisfies(unknown ->
                assertThat(records)
                    .filteredOn(record -> record.path("type").asText().equals("intent"))
                    .filteredOn(intent -> intent.at("/target/tool").asText().equals("slow"))
                    .singleElement()
                    .extracting(intent -> intent.path("call_id").asText("none"))
                    .isEqualTo(unknown.path("call_id").asText()));
        assertThat(send(post(addresses.data(), key, "tools/list", "")).statusCode()).isEqualTo(200);
      }
    }
    assertThat(LedgerVerifier.verify(evidence)).isInstanceOf(Verification.Verified.class);
  }

  /** R13: between the hold, the approval and the call, and while the call is under way. */
  @Test
  void usesAnApprovalOnceWheneverItIsKilled() throws Exception {
    var data = folder.resolve("data");
    var arrived = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var upstream =
        TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("slow")) {
      upstream.answerCalls((_, _, _) -> {
        arrived.countDown();
        hold(end);
      });
      String key;
      String held;
      try (var first = ProductProcess.up(data)) {
        var addresses = first.ready();
        addresses.apply(data, scene(upstream.url()).replace("['*']}", "['*'], approve: ['*']}"));
        key = key(addresses.client(data));
        awaitTool(addresses.data(), key);
        held = approvalOf(addresses.data(), key);
        first.kill();
      }
      try (var second = ProductProcess.up(data)) {
        var addresses = second.ready();
        awaitTool(addresses.data(), key);
        assertThat(approvalOf(addresses.data(), key)).isEqualTo(held);
        var approved =
            addresses
                .client(data)
                .post("/admin/calls/" + held + "/approve", TestingGateway.read("{}"));
        assertThat(approved.orFail().path("status").asText()).isEqualTo("approved");
        second.kill();
      }
      try (var third = ProductProcess.up(data)) {
        var addresses = third.ready();
        awaitTool(addresses.data(), key);
        var call = post(addresses.data(), key, "tools/call", call());
        var answer = http.sendAsync(call, BodyHandlers.ofString());
        assertThat(arrived.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        third.kill();
        assertThat(answer).failsWithin(TIMEOUT);
      }
      end.countDown();
      try (var fourth = ProductProcess.up(data)) {
        var addresses = fourth.ready();
        awaitTool(addresses.data(), key);

        assertThat(approvalOf(addresses.data(), key)).isNotEqualTo(held);

        assertThat(upstream.seen("tools/call")).hasSize(1);
      }
    }
    assertThat(LedgerVerifier.verify(data.resolve("evidence")))
        .isInstanceOf(Verification.Verified.class);
  }

  /** The approval for which a call waits. */
  private String approvalOf(URI gateway, String key) throws IOException, InterruptedException {
    var answer = TestingGateway.read(send(post(gateway, key, "tools/call", call())).body());
    assertThat(answer.at("/result/structuredContent/code").asText())
        .as(answer.toString())
        .isEqualTo("approval_required");
    return answer.at("/result/structuredContent/approvalId").asText();
  }

  private static void hold(CountDownLatch end) {
    try {
      if (!end.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody ended the call");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static String scene(URI upstream) {
    return """
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: far}
    spec: {transport: streamable-http, url: '%s', approval: auto}
    ---
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: ci}
    spec:
      identity: {workload: 'spiffe://prod/agent/ci'}
      tools: [{resource: far, actions: ['*']}]
    """
        .formatted(upstream);
  }

  private static String key(AdminClient admin) {
    var document =
        TestingGateway.read(
            """
            {"apiVersion": "sallyport.dev/v1", "kind": "VirtualKey", "metadata": {"name": "ci"},
             "spec": {"workload": "spiffe://prod/agent/ci", "expiresAt": "2036-07-22T00:00:00Z"}}
            """);
    return admin.put("/admin/VirtualKey/ci", document).orFail().findPath("key").asText();
  }

  private void awaitTool(URI gateway, String key) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!send(post(gateway, key, "tools/list", "")).body().contains("far__slow")) {
      assertThat(System.nanoTime()).as("the tool was never listed").isLessThan(deadline);
    }
  }

  private static String call() {
    return "\"name\":\"far__slow\",\"arguments\":{\"id\":\"7\"},";
  }

  private static HttpRequest post(URI gateway, String key, String method, String params) {
    var request =
        HttpRequest.newBuilder(gateway.resolve("/mcp"))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", "2026-07-28")
            .header("Mcp-Method", method)
            .POST(
                BodyPublishers.ofString(
                    """
                    {"jsonrpc": "2.0", "id": 1, "method": "%s", "params": {%s "_meta": {
                      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                      "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
                      "io.modelcontextprotocol/clientCapabilities": {}}}}
                    """
                        .formatted(method, params)));
    return (params.isEmpty() ? request : request.header("Mcp-Name", "far__slow")).build();
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }
}
