package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Lapsed;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.identity.testing.RecordingEvidence.Waits;
import dev.sallyport.mcp.approval.HeldStatus;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R13: how callers are told that a person has to decide, and how they come again. */
@Timeout(60)
class HeldCallRoutesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final PrincipalId ADMIN = new PrincipalId("sallyport:admin");
  private static final String FORMS = "{'elicitation': {'form': {}}}";
  private static final McpHttpConfig CONFIG =
      new McpHttpConfig(
          1 << 20,
          100,
          Duration.ofMinutes(30),
          10,
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Set.of(),
          Optional.of(URI.create("https://console.test")));

  private final TestingMcpServer crm = TestingMcpServer.speaking(Era.STATELESS).withEcho("write");
  private final TestingBroker broker =
      new TestingBroker(
          FixedAuthority.holdingWhere(target -> target instanceof Target.Tool), CONFIG);

  @BeforeEach
  void begin() {
    broker.register("crm", crm, "trusted");
  }

  @AfterEach
  void stop() {
    broker.close();
    crm.close();
  }

  @Test
  void tellsAClientThatCannotBeAskedInAResult() {
    var told = result(call("alice", "{}", "{'text': 'a'}", "{}"));

    assertThat(told.path("resultType").asText()).isEqualTo("complete");
    assertThat(told.path("isError").asBoolean()).isTrue();
    assertThat(told.at("/structuredContent/code").asText()).isEqualTo("approval_required");
    assertThat(told.at("/structuredContent/retryAfterMillis").asInt()).isEqualTo(5_000);
    broker.heldCalls.approve(told.at("/structuredContent/approvalId").asText(), ADMIN);

    assertThat(result(call("alice", "{}", "{'text': 'a'}", "{}")).at("/structuredContent/text"))
        .hasToString("\"a\"");
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  @Test
  void hasAClientThatCanBeAskedComeAgain() {
    var wish = result(call("alice", FORMS, "{'text': 'a'}", "{}"));

    assertThat(wish.path("resultType").asText()).isEqualTo("input_required");
    assertThat(wish.at("/inputRequests/approval/method").asText()).isEqualTo("elicitation/create");
    var asked = wish.at("/inputRequests/approval/params");
    assertThat(asked.path("mode").asText()).isEqualTo("form");
    assertThat(asked.path("message").asText()).contains(id()).contains("approves nothing");
    assertThat(asked.at("/requestedSchema/properties").fieldNames())
        .toIterable()
        .containsExactly("acknowledged");
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'action': 'accept', 'content': {'approve': true}}",
        "{'action': 'accept', 'content': {'acknowledged': true}, 'status': 'approved'}",
        "{'action': 'shrug'}",
        "{}"
      })
  void waitsWithAClientThatComesAgainAndTakesNothingForAnApproval(String said) {
    var state = state(call("alice", FORMS, "{'text': 'a'}", "{}"));
    var id = id();

    var again = comeAgain(state, said);
    assertThatThrownBy(() -> broker.heldCalls.approve(id, TestingBroker.ALICE.id()))
        .isInstanceOf(Refusal.class);
    assertThat(crm.seen("tools/call")).isEmpty();
    broker.heldCalls.approve(id, ADMIN);

    var done = result(again.join());
    assertThat(done.path("resultType").asText()).isEqualTo("complete");
    assertThat(done.at("/structuredContent/text").asText()).isEqualTo("a");
    assertThat(crm.seen("tools/call")).hasSize(1);
    assertThat(crm.seen("tools/call").getFirst().body().toString())
        .doesNotContain("requestState", "inputResponses");

    var spent = result(call("alice", FORMS, "{'text': 'a'}", retry(state, said)));
    assertThat(spent.path("resultType").asText()).isEqualTo("input_required");
    assertThat(id()).isNotEqualTo(id);
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  @Test
  void tellsAClientThatWaitsThatItsCallWasRejected() {
    var state = state(call("alice", FORMS, "{'text': 'a'}", "{}"));

    var again = comeAgain(state, "{'action': 'accept'}");
    broker.heldCalls.reject(id(), ADMIN);

    assertThat(code(again.join())).isEqualTo("approval_rejected");
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void hasAClientThatWaitsComeAgainOnceTheGatewayIsToEnd() {
    var state = state(call("alice", FORMS, "{'text': 'a'}", "{}"));
    var id = id();

    var again = comeAgain(state, "{'action': 'accept'}");
    broker.routes.close();

    var wish = again.join();
    assertThat(result(wish).path("resultType").asText()).isEqualTo("input_required");
    assertThat(id()).isEqualTo(id);
    broker.heldCalls.approve(id, ADMIN);
    var done = call("alice", FORMS, "{'text': 'a'}", retry(state(wish), "{'action': 'accept'}"));
    assertThat(result(done).path("resultType").asText()).isEqualTo("complete");
  }

  @ParameterizedTest
  @CsvSource({"decline, false", "cancel, false", "decline, true", "cancel, true"})
  void withdrawsACallWhoseCallerDoesNotWantItAnyMore(String action, boolean approved) {
    var state = state(call("alice", FORMS, "{'text': 'a'}", "{}"));
    var id = id();
    if (approved) {
      broker.heldCalls.approve(id, ADMIN);
    }
    var unwanted = retry(state, "{'action': '" + action + "'}");

    var told = result(call("alice", FORMS, "{'text': 'a'}", unwanted));

    assertThat(told.path("isError").asBoolean()).isTrue();
    assertThat(told.at("/structuredContent/code").asText()).isEqualTo("approval_withdrawn");
    assertThat(told.at("/structuredContent/callId").asText()).isEqualTo(id);
    assertThat(broker.heldCalls.get(id).status()).isEqualTo(HeldStatus.WITHDRAWN);
    assertThatThrownBy(() -> broker.heldCalls.approve(id, ADMIN))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.CONFLICT));
    assertThat(broker.evidence.records(Lapsed.class))
        .singleElement()
        .satisfies(lapsed -> {
          assertThat(lapsed.approval().value()).isEqualTo(id);
          assertThat(lapsed.outcome())
              .isEqualTo(new Outcome.Refused(RefusalCode.APPROVAL_WITHDRAWN));
        });

    var twice = call("alice", FORMS, "{'text': 'a'}", unwanted);
    assertThat(twice.at("/error/data/code").asText()).isEqualTo("conflict");
    assertThat(broker.heldCalls.list(Optional.of(HeldStatus.PENDING))).isEmpty();
    var anew = result(call("alice", FORMS, "{'text': 'a'}", "{}"));
    assertThat(anew.path("resultType").asText()).isEqualTo("input_required");
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void makesTheCallForTheNewestOfTwoThatWaitForIt() {
    var state = state(call("alice", FORMS, "{'text': 'a'}", "{}"));
    var left = comeAgain(state, "{'action': 'accept'}");
    var newest = comeAgain(state, "{'action': 'accept'}");

    broker.heldCalls.approve(id(), ADMIN);

    assertThat(result(newest.join()).path("resultType").asText()).isEqualTo("complete");
    assertThat(result(left.join()).path("resultType").asText()).isEqualTo("input_required");
    assertThat(crm.seen("tools/call")).hasSize(1);
    assertThat(broker.heldCalls.list(Optional.of(HeldStatus.PENDING))).isEmpty();
  }

  @Test
  void endsWhatWaitsForACallThatIsWithdrawn() {
    var state = state(call("alice", FORMS, "{'text': 'a'}", "{}"));
    var waiting = comeAgain(state, "{'action': 'accept'}");

    var unwanted = call("alice", FORMS, "{'text': 'a'}", retry(state, "{'action': 'decline'}"));

    assertThat(code(unwanted)).isEqualTo("approval_withdrawn");
    assertThat(code(waiting.join())).isEqualTo("approval_withdrawn");
    var late = call("alice", FORMS, "{'text': 'a'}", retry(state, "{'action': 'accept'}"));
    assertThat(code(late)).isEqualTo("approval_withdrawn");
    assertThat(broker.heldCalls.list(Optional.empty())).hasSize(1);
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void asksNobodyToApproveThatNothingGoesOn() {
    var gone = call("alice", FORMS, "{'text': 'a'}", "{'requestState': 'waiting.AAAA'}");

    assertThat(gone.at("/error/data/code").asText()).isEqualTo("malformed_request");
    assertThat(broker.heldCalls.list(Optional.empty())).isEmpty();
    assertThat(broker.evidence.records(Refused.class))
        .singleElement()
        .satisfies(refused ->
            assertThat(refused.decision().refusal()).isEqualTo(RefusalCode.MALFORMED_REQUEST));
  }

  @Test
  void takesNothingBackThatWentOn() {
    var state = state(call("alice", FORMS, "{'text': 'a'}", "{}"));
    broker.heldCalls.approve(id(), ADMIN);
    var _ = result(call("alice", FORMS, "{'text': 'a'}", "{}"));

    var late = call("alice", FORMS, "{'text': 'a'}", retry(state, "{'action': 'decline'}"));

    assertThat(late.at("/error/data/code").asText()).isEqualTo("conflict");
    assertThat(crm.seen("tools/call")).hasSize(1);
    assertThat(broker.heldCalls.list(Optional.of(HeldStatus.PENDING))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.sallyport.mcp.testing.TestingBroker#strangers")
  void goesOnForTheOwnerOfTheHeldCallAlone(String owner, String stranger) {
    var state = state(call(owner, FORMS, "{'text': 'a'}", "{}"));
    broker.heldCalls.approve(id(), ADMIN);

    refused(call(stranger, FORMS, "{'text': 'a'}", retry(state, "{}")));
    var anew = result(call(stranger, FORMS, "{'text': 'a'}", "{}"));
    assertThat(anew.path("resultType").asText()).isEqualTo("input_required");
    assertThat(crm.seen("tools/call")).isEmpty();

    var done = result(call(owner, FORMS, "{'text': 'a'}", retry(state, "{}")));
    assertThat(done.path("resultType").asText()).isEqualTo("complete");
  }

  @Test
  void sendsAClientThatOpensAddressesToTheConsole() {
    for (var can :
        List.of("{'elicitation': {'url': {}}}", "{'elicitation': {'url': {}, 'form': {}}}")) {
      var asked =
          result(call("alice", can, "{'text': 'a'}", "{}")).at("/inputRequests/approval/params");

      assertThat(asked.path("mode").asText()).isEqualTo("url");
      assertThat(asked.path("url").asText()).isEqualTo("https://console.test/#call=" + id());
    }
  }

  @Test
  void goesOnWithAStateOnlyAsItWasGiven() {
    var state = state(call("alice", FORMS, "{'text': 'a'}", "{}"));
    broker.heldCalls.approve(id(), ADMIN);
    var right = "{'text': 'a'}";

    refused(call("bob", FORMS, right, retry(state, "{}")));
    refused(call("alice", FORMS, "{'text': 'b'}", retry(state, "{}")));
    refused(call("alice", FORMS, right, retry(state + "x", "{}")));
    refused(call("alice", FORMS, right, retry("held.", "{}")));
    refused(call("alice", FORMS, right, retry("held." + "x".repeat(200_000), "{}")));
    refused(plain("alice", "/mcp/crm", "write", right, retry(state, "{}")));
    broker.clock.advance(Duration.ofMinutes(31));
    refused(call("alice", FORMS, right, retry(state, "{}")));

    assertThat(crm.seen("tools/call")).isEmpty();
    assertThat(broker.heldCalls.list(Optional.empty())).hasSize(1);
  }

  @Test
  void tellsAClientInASessionThatCannotBeAskedInAResult() {
    var client = broker.client("alice");
    var initialize =
        """
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
          "protocolVersion": "2025-11-25", "capabilities": {"sampling": {}},
          "clientInfo": {"name": "t", "version": "1"}}}
        """;
    var session = client.post(initialize, Map.of()).header("Mcp-Session-Id");
    var headers = Map.of("Mcp-Session-Id", session, "MCP-Protocol-Version", "2025-11-25");
    client.post("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}", headers);
    var call = McpCaller.request("tools/call", params("crm__write", "{'text': 'a'}")).toString();

    var told = client.post(call, headers).json().path("result");
    assertThat(told.path("isError").asBoolean()).isTrue();
    broker.heldCalls.approve(told.at("/structuredContent/approvalId").asText(), ADMIN);

    assertThat(client.post(call, headers).json().at("/result/structuredContent/text").asText())
        .isEqualTo("a");
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  /** The answer to a retry that has been held once more by now. */
  private CompletableFuture<JsonNode> comeAgain(String state, String said) {
    int held = broker.evidence.records(Waits.class).size();
    var answer = new CompletableFuture<JsonNode>();
    Thread.ofVirtual()
        .start(() -> answer.complete(call("alice", FORMS, "{'text': 'a'}", retry(state, said))));
    while (broker.evidence.records(Waits.class).size() == held) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
    return answer;
  }

  private static String code(JsonNode answer) {
    return result(answer).at("/structuredContent/code").asText();
  }

  private String id() {
    return broker.heldCalls.list(Optional.of(HeldStatus.PENDING)).getFirst().id();
  }

  private static void refused(JsonNode answer) {
    assertThat(answer.at("/error/code").asInt()).as(answer.toString()).isEqualTo(-32602);
  }

  private static JsonNode result(JsonNode answer) {
    assertThat(answer.has("result")).as(answer.toString()).isTrue();
    return answer.path("result");
  }

  private static String state(JsonNode answer) {
    return result(answer).path("requestState").asText();
  }

  private static String retry(String state, String answer) {
    return "{'requestState': '%s', 'inputResponses': {'approval': %s}}".formatted(state, answer);
  }

  private JsonNode call(String token, String capabilities, String arguments, String besides) {
    var params = params("crm__write", arguments);
    params.setAll(tree(besides));
    params
        .putObject("_meta")
        .put("io.modelcontextprotocol/protocolVersion", "2026-07-28")
        .set("io.modelcontextprotocol/clientCapabilities", tree(capabilities));
    return broker
        .client(token)
        .post(
            McpCaller.request("tools/call", params).toString(),
            Map.of(
                "MCP-Protocol-Version", "2026-07-28",
                "Mcp-Method", "tools/call",
                "Mcp-Name", "crm__write"))
        .json();
  }

  private JsonNode plain(String token, String path, String tool, String arguments, String besides) {
    var params = params(tool, arguments);
    params.setAll(tree(besides));
    return new McpCaller(broker.server.uri(path), token)
        .stateless("tools/call", params, Map.of("Mcp-Name", tool))
        .json();
  }

  private static ObjectNode params(String tool, String arguments) {
    var params = JSON.createObjectNode().put("name", tool);
    params.set("arguments", tree(arguments));
    return params;
  }

  private static ObjectNode tree(String json) {
    try {
      return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
