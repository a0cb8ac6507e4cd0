package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * R13: the console in the hands of somebody who decides held calls, in a browser if there is one.
 */
@Timeout(600)
class ApproverConsoleTest {
  private static final String EVE = "spiffe://prod/person/eve";

  @TempDir private Path folder;
  private final TestingMcpServer server =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("write");
  private TestingGateway gateway;
  private Optional<Browser> browser = Optional.empty();

  @BeforeEach
  void open() throws IOException {
    gateway = TestingGateway.start(folder, Map.of(ConfigKey.ADMIN_APPROVERS, EVE), Map.of());
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          tools: [{resource: far, actions: ['*'], approve: [write]}]
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: far}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        """
            .formatted(server.url()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
    browser = ConsoleTest.browser();
  }

  @AfterEach
  void close() {
    browser.ifPresent(Browser::close);
    gateway.close();
    server.close();
  }

  @TestFactory
  List<DynamicTest> showsAnApproverTheCallsAloneAndLetsThemApprove() {
    return browser.stream()
        .map(page -> DynamicTest.dynamicTest("by a token of their own", () -> approves(page)))
        .toList();
  }

  private void approves(Browser page) {
    var id = call().at("/result/structuredContent/approvalId").asText();
    assertThat(id).isNotEmpty();
    page.open(gateway.gateway().admin().resolve("/#call=" + id));
    page.submit(
        "token", gateway.trustDomain().svid("/person/eve", TestingGateway.AUDIENCE + "/admin"));
    page.await("document.querySelector('#calls pre') !== null");

    assertThat(page.text())
        .contains("far/write for spiffe://prod/agent/ci", "the words")
        .doesNotContain("MCP servers", "Resources", "How to connect");
    page.await(
        "performance.getEntriesByName(location.origin"
            + " + '/admin/calls?status=pending').length > 1");
    assertThat(
            page.evaluate("performance.getEntriesByName(location.origin + '/admin/status').length")
                .asInt())
        .isEqualTo(1);

    page.evaluate(
        "[...document.querySelectorAll('#calls button')]"
            + ".find(b => b.textContent === 'Approve').click()");
    page.await("document.getElementById('calls').innerText.includes('approved')");

    assertThat(call().at("/result/structuredContent/text").asText()).isEqualTo("the words");
    assertThat(gateway.admin().get("/admin/calls/" + id).orFail().path("decidedBy").asText())
        .isEqualTo(EVE);
  }

  private JsonNode call() {
    return gateway
        .agent("/agent/ci")
        .call("far__write", JsonNodeFactory.instance.objectNode().put("text", "the words"))
        .json();
  }
}
