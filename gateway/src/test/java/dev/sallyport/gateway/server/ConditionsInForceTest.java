package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.cli.AdminClient;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What conditions of policies come to: what a caller is told, and what stands in evidence. */
@Timeout(60)
class ConditionsInForceTest {
  /** All numbers of this list beside all of it: more rounds than a condition may take. */
  private static final String BOMB =
      "[LIST].all(a, [LIST].all(b, a == b))".replace("LIST", "1,".repeat(99) + "1");

  @TempDir private Path folder;
  private final AtomicReference<Instant> time =
      new AtomicReference<>(Instant.parse("2026-03-28T12:00:00Z"));
  private final TestingMcpServer crm = TestingMcpServer.speaking(Era.STATELESS).withEcho("read");
  private TestingGateway gateway;

  @BeforeEach
  void open() {
    gateway = TestingGateway.start(folder, Map.of(), Map.of(), time::get);
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: crm}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        """
            .formatted(crm.url()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  @AfterEach
  void close() {
    gateway.close();
    crm.close();
  }

  @Test
  @DisplayName("AZ-19: an hour of a place is that of its clocks, also when they change")
  void readsTheClockOfAPlace() {
    inForce("ctx.time.getHours('Europe/Berlin') < 3");
    isToldAt("2026-03-29T00:59:59Z", "allowed");
    isToldAt("2026-03-29T01:00:00Z", "condition_not_met");
    isToldAt("2026-10-24T23:59:59Z", "allowed");
    isToldAt("2026-10-25T01:59:59Z", "allowed");
    isToldAt("2026-10-25T02:00:00Z", "condition_not_met");
  }

  private void isToldAt(String moment, String expected) {
    time.set(Instant.parse(moment));
    assertThat(told(call(1))).as(moment).isEqualTo(expected);
    var decided = records().stream().filter(record -> record.has("context")).toList().getLast();
    assertThat(decided.at("/context/time").asText()).isEqualTo(moment);
  }

  @Test
  @DisplayName("AZ-13: a condition that takes too many rounds grants nothing, and is on record")
  void endsAConditionThatGoesOnForLong() {
    inForce(BOMB);

    assertThat(told(call(1))).isEqualTo("condition_failed.iteration_budget_exceeded");
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  @DisplayName("AZ-13, AZ-14: and one that takes too many to deny denies")
  void deniesWhereAConditionToDenyGoesOnForLong() {
    gateway.apply(
        policy("ctx.calls >= 0")
            + "    - {resource: crm, deny: [read], when: '%s'}\n".formatted(BOMB));

    assertThat(told(call(1))).isEqualTo("condition_failed.iteration_budget_exceeded");
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("AZ-14: a condition to deny that fails denies, though another rule grants")
  @CsvSource({
    "args.none == 1, attribute_not_found",
    "args.n > 9223372036854775807 / (args.n - 1), divide_by_zero"
  })
  void deniesWhereAConditionToDenyFails(String condition, String why) {
    gateway.apply(
        policy("ctx.calls >= 0")
            + "    - {resource: crm, deny: [read], when: '%s'}\n".formatted(condition));

    assertThat(told(call(1))).isEqualTo("condition_failed." + why);
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  @DisplayName("AZ-13: what is no condition is not put in force, and that is on record")
  void keepsAConditionOutThatIsNone() {
    inForce("args.n < 10");
    for (var wrong :
        List.of(
            "args.n < 10" + " ".repeat(4_096),
            "(".repeat(500) + "true" + ")".repeat(500),
            "1 + 1",
            "args.n < size(1)",
            "now() > 3")) {
      var reply = applied(wrong);

      assertThat(reply.status()).as(wrong).isEqualTo(422);
      assertThat(reply.body().at("/errors/0/pointer").asText()).isEqualTo("/spec/tools/0/when");
      assertThat(last().path("type").asText()).isEqualTo("outcome");
      assertThat(last().path("code").asText()).isEqualTo("invalid_resource");
    }
    assertThat(told(call(9))).isEqualTo("allowed");
    assertThat(told(call(10))).isEqualTo("condition_not_met");
  }

  @Test
  @DisplayName(
      "AZ-10: a call goes by the policy that held when it was decided, and so says evidence")
  void carriesACallToItsEndWhosePolicyChangesMeanwhile() throws Exception {
    var begun = new CountDownLatch(1);
    var changed = new CountDownLatch(1);
    crm.answerCalls((server, exchange, request) -> {
      begun.countDown();
      try {
        assertThat(changed.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      server.answerByTool(exchange, request);
    });
    inForce("args.n < 10");
    var answer = new AtomicReference<Answer>();
    var caller = Thread.ofVirtual().start(() -> answer.set(call(7)));
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    var before = last();

    inForce("args.n < 8");
    changed.countDown();

    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
    assertThat(answer.get().json().has("result")).isTrue();
    assertThat(last().path("call_id")).isEqualTo(before.path("call_id"));
    assertThat(last().path("outcome").asText()).isEqualTo("ok");
    assertThat(told(call(9))).isEqualTo("condition_not_met");
    assertThat(told(call(7))).isEqualTo("allowed");
    assertThat(records().reversed().get(1).path("policy_version"))
        .isNotEqualTo(before.path("policy_version"));
  }

  private void inForce(String condition) {
    applied(condition).orFail();
  }

  private AdminClient.Reply applied(String condition) {
    return gateway.tryApply(policy(condition));
  }

  private static String policy(String condition) {
    return """
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: ci}
    spec:
      identity: {workload: 'spiffe://prod/agent/ci'}
      tools:
        - {resource: crm, actions: [read], when: "%s"}
    """
        .formatted(condition);
  }

  private Answer call(int n) {
    var caller = new McpCaller(gateway.data().resolve("/mcp"), gateway.svid("/agent/ci"));
    return caller.call("crm__read", JsonNodeFactory.instance.objectNode().put("n", n));
  }

  /** Why a call was denied, which the caller is not told; or that it was allowed, by the rule. */
  private String told(Answer answer) {
    var record = last();
    assertThat(answer.status()).isEqualTo(200); // a denial is JSON-RPC's
    if (answer.json().has("result")) {
      assertThat(record.path("outcome").asText()).isEqualTo("ok");
      return "allowed";
    }
    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo("unknown_tool");
    assertThat(answer.json().toString()).doesNotContain("condition");
    assertThat(record.path("type").asText()).isEqualTo("denied");
    assertThat(record.path("principal").asText()).isEqualTo("spiffe://prod/agent/ci");
    return record.path("reason").asText();
  }

  private JsonNode last() {
    return records().getLast();
  }

  private List<JsonNode> records() {
    var items = gateway.admin().get("/admin/evidence?last=20").orFail().path("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }
}
