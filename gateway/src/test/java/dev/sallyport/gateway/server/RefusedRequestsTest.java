package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.http.Callers.Sender;
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
    for (int i = 0; i < RefusedRequests.IN_FULL + 1; i++) {
      refused.refused("data", "unknown_path");
    }
    for (int i = 0; i < RefusedRequests.IN_FULL + 1; i++) {
      refused.refused("data", caller("oidc://corp/ann"), "malformed_request");
    }
    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(2 * RefusedRequests.IN_FULL);

    refused.flush();

    assertThat(evidence.events(RefusedRequests.EVENT).getLast())
        .hasToString("{\"counts\":{\"data malformed_request\":1,\"data unknown_path\":1}}");
  }

  private static Sender caller(String user) {
    var principal = FixedTokens.principal("spiffe://prod/agent/ci", user);
    var turn =
        new Turn(new TurnId("turn_aaaaaaaaaaaaaaaaaaaaaaaaaa"), principal.id(), Instant.EPOCH);
    return Callers.sender(new Caller(principal, turn, Door.MCP));
  }

  @Test
  void writesTheFirstDownOneByOneAndTheRestAsCounts() {
    for (int i = 0; i < RefusedRequests.IN_FULL + 3; i++) {
      refused.refused("data", "unknown_path");
    }
    refused.refused("admin", "malformed_request");
    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(RefusedRequests.IN_FULL);

    refused.flush();
    refused.flush();

    assertThat(evidence.events(RefusedRequests.EVENT)).hasSize(RefusedRequests.IN_FULL + 1);
    assertThat(evidence.events(RefusedRequests.EVENT).getLast())
        .hasToString("{\"counts\":{\"admin malformed_request\":1,\"data unknown_path\":3}}");
  }
}
