package dev.sallyport.gateway.server;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.http.Callers.Sender;
import dev.sallyport.identity.http.FullRecords;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RefusedRequestsTest {
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final RefusedRequests refused = new RefusedRequests(evidence, new Metrics());

  @Test
  void writesDownWhoMadeThemIfThatIsKnown() {
    refused.refused("data", caller("oidc://corp/ann"), "malformed_request");

    assertThat(evidence.events(RefusedRequests.EVENT).getFirst())
        .hasToString(
            "{\"listener\":\"data\",\"code\":\"malformed_request\","
                + "\"principal\":\"spiffe://prod/agent/ci\",\"on_behalf_of\":\"oidc://corp/ann\","
                + "\"turn\":\"turn_aaaaaaaaaaaaaaaaaaaaaaaaaa\",\"door\":\"mcp\"}");
  }

  @Test
  void hidesNoCallerWhoIsKnownBehindAFloodOfStrangers() {
    for (int i = 0; i < FullRecords.IN_FULL + 1; i++) {
      refused.refused("data", "unknown_path");
    }
    for (int i = 0; i < FullRecords.IN_FULL + 1; i++) {
      refused.refused("data", caller("oidc://corp/ann"), "malformed_request");
    }
    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(2 * FullRecords.IN_FULL);

    refused.flush();

    assertThat(evidence.events(RefusedRequests.EVENT).subList(40, 42))
        .extracting(Object::toString)
        .containsExactly(
            "{\"principal\":\"spiffe://prod/agent/ci\",\"counts\":{\"data malformed_request\":1}}",
            "{\"counts\":{\"data unknown_path\":1}}");
  }

  @Test
  void hidesNoCallerWhoIsKnownBehindAFloodOfAnother() {
    for (int i = 0; i < FullRecords.IN_FULL + 1; i++) {
      refused.refused("data", caller("oidc://corp/u" + i), "malformed_request");
    }
    refused.refused(
        "data", caller("spiffe://prod/agent/cd", "oidc://corp/ann"), "malformed_request");

    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(FullRecords.IN_FULL + 1);
    assertThat(evidence.events(RefusedRequests.EVENT).getLast().path("principal").asText())
        .isEqualTo("spiffe://prod/agent/cd");
  }

  private static Sender caller(String user) {
    return caller("spiffe://prod/agent/ci", user);
  }

  private static Sender caller(String agent, String user) {
    var principal = FixedTokens.principal(agent, user);
    var turn =
        new Turn(new TurnId("turn_aaaaaaaaaaaaaaaaaaaaaaaaaa"), principal.id(), Instant.EPOCH);
    return Callers.sender(new Caller(principal, turn, Door.MCP));
  }

  @Test
  void writesTheFirstDownOneByOneAndTheRestAsCounts() {
    for (int i = 0; i < FullRecords.IN_FULL + 3; i++) {
      refused.refused("data", "unknown_path");
    }
    refused.refused("admin", "malformed_request");
    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(FullRecords.IN_FULL);

    refused.flush();
    refused.flush();

    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(FullRecords.IN_FULL + 1);
    assertThat(evidence.events(RefusedRequests.EVENT).getLast())
        .hasToString("{\"counts\":{\"admin malformed_request\":1,\"data unknown_path\":3}}");
  }

  @Test
  void keepsCountsThatCannotBeWritten() {
    for (int i = 0; i < FullRecords.IN_FULL + 3; i++) {
      refused.refused("data", "unknown_path");
    }
    evidence.fail(true);
    assertThatThrownBy(refused::flush).satisfies(hasCode(RefusalCode.EVIDENCE_UNAVAILABLE));
    evidence.fail(false);

    refused.flush();
    refused.flush();

    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(FullRecords.IN_FULL + 1);
    assertThat(evidence.events(RefusedRequests.EVENT).getLast())
        .hasToString("{\"counts\":{\"data unknown_path\":3}}");
  }
}
