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
import dev.sallyport.mcp.approval.HeldStatus;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpStream;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R13: a client in a session is told that its call waits, and where a person decides. */
@Timeout(60)
class HeldNoticesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final PrincipalId ADMIN = new PrincipalId("sallyport:admin");
  private static final McpHttpConfig CONFIG =
      new McpHttpConfig(
          1 << 20,
          100,
          Duration.ofMinutes(30),
          10,
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Set.of(),
          Optional.of(URI.create("https://console.test")));

  private final TestingMcpServer crm = TestingMcpServer.speaking(Era.SESSIONS).withEcho("write");
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

  @ParameterizedTest
  @CsvSource({"2025-11-25, true, url", "2025-11-25, false, form", "2025-06-18, false, form"})
  void goesOnOnceAPersonApprovedIt(String revision, boolean opensAddresses, String mode) {
    var caller = broker.client("alice");
    var session = session(caller, revision, opensAddresses);

    try (var stream = call(caller, session)) {
      var notice = stream.next();
      assertThat(notice.path("method").asText()).isEqualTo("elicitation/create");
      assertThat(notice.at("/params/mode").asText()).isEqualTo(mode);
      assertThat(notice.at("/params/message").asText()).contains(id(), "approves nothing");
      if (opensAddresses) {
        assertThat(notice.at("/params/url").asText())
            .isEqualTo("https://console.test/#call=" + id());
        assertThat(notice.at("/params/elicitationId").asText()).isEqualTo(id());
      }
      reply(caller, session, notice, "{'action': 'accept', 'content': {'acknowledged': true}}");
      broker.heldCalls.approve(id(), ADMIN);

      var answer = stream.next();
      if (opensAddresses) {
        assertThat(answer.path("method").asText()).isEqualTo("notifications/elicitation/complete");
        answer = stream.next();
      }
      assertThat(answer.at("/result/structuredContent/text").asText()).isEqualTo("a");
    }
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  /** Whatever the caller's own person says, another has to decide. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'action': 'accept'}",
        "{'action': 'accept', 'content': {'approve': true, 'approved': true}}",
        "{'action': 'accept', 'content': {'acknowledged': true}, 'status': 'approved'}"
      })
  void takesNoAnswerForAnApproval(String said) {
    var caller = broker.client("alice");
    var session = session(caller, "2025-11-25", false);

    try (var stream = call(caller, session)) {
      reply(caller, session, stream.next(), said);
      assertThatThrownBy(() -> broker.heldCalls.approve(id(), TestingBroker.ALICE.id()))
          .isInstanceOf(Refusal.class);
      assertThat(crm.seen("tools/call")).isEmpty();
      broker.heldCalls.reject(id(), ADMIN);

      assertThat(code(last(stream))).isEqualTo("approval_rejected");
    }
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"decline", "cancel"})
  void withdrawsACallWhoseCallerDoesNotWantItAnyMore(String action) {
    var caller = broker.client("alice");
    var session = session(caller, "2025-11-25", false);
    String withdrawn;

    try (var stream = call(caller, session)) {
      var notice = stream.next();
      withdrawn = id();
      reply(caller, session, notice, "{'action': '" + action + "'}");

      assertThat(code(last(stream))).isEqualTo("approval_withdrawn");
    }
    assertThat(broker.heldCalls.get(withdrawn).status()).isEqualTo(HeldStatus.WITHDRAWN);
    assertThatThrownBy(() -> broker.heldCalls.approve(withdrawn, ADMIN))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.CONFLICT));
    assertThat(broker.evidence.records(Lapsed.class))
        .singleElement()
        .satisfies(lapsed -> {
          assertThat(lapsed.approval().value()).isEqualTo(withdrawn);
          assertThat(lapsed.outcome())
              .isEqualTo(new Outcome.Refused(RefusalCode.APPROVAL_WITHDRAWN));
        });
    assertThat(crm.seen("tools/call")).isEmpty();
    try (var again = call(caller, session)) {
      assertThat(again.next().at("/params/message").asText())
          .contains(id())
          .doesNotContain(withdrawn);
      var _ = caller.send("DELETE", "", session);
    }
  }

  @Test
  void leavesTheCallWaitingWhoseClientDoesNotKnowWhatToSay() {
    var caller = broker.client("alice");
    var session = session(caller, "2025-11-25", false);

    try (var stream = call(caller, session)) {
      reply(caller, session, stream.next(), "{'action': 'shrug'}");

      assertThat(code(last(stream))).isEqualTo("approval_required");
    }
    assertThat(broker.heldCalls.get(id()).status()).isEqualTo(HeldStatus.PENDING);
  }

  @Test
  void leavesTheCallWaitingThatIsGivenUp() {
    var caller = broker.client("alice");
    var session = session(caller, "2025-11-25", false);

    try (var stream = call(caller, session)) {
      var _ = stream.next();
      var _ = caller.send("DELETE", "", session);
      var _ = stream.rest();
    }
    assertThat(broker.heldCalls.get(id()).status()).isEqualTo(HeldStatus.PENDING);
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  private String id() {
    return broker.heldCalls.list(Optional.of(HeldStatus.PENDING)).getFirst().id();
  }

  private static String code(JsonNode answer) {
    return answer.at("/result/structuredContent/code").asText();
  }

  /** The message that answers the call. */
  private static JsonNode last(McpStream stream) {
    return stream.rest().getLast();
  }

  private static McpStream call(McpCaller caller, Map<String, String> session) {
    var params = JSON.createObjectNode().put("name", "crm__write");
    params.putObject("arguments").put("text", "a");
    return caller.open("POST", McpCaller.request("tools/call", params).toString(), session);
  }

  private static void reply(
      McpCaller caller, Map<String, String> session, JsonNode question, String said) {
    var answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", question.get("id"));
    answer.set("result", tree(said));
    assertThat(caller.post(answer.toString(), session).status()).isEqualTo(202);
  }

  private static Map<String, String> session(
      McpCaller caller, String revision, boolean opensAddresses) {
    var able = JSON.createObjectNode();
    var elicitation = able.putObject("elicitation");
    if (opensAddresses) {
      elicitation.putObject("url");
    }
    return new TreeMap<>(ItemScene.session(caller, revision, able));
  }

  private static ObjectNode tree(String json) {
    try {
      return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
