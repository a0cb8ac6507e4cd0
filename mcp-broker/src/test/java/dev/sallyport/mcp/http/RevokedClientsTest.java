package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R10: what waits for a client, or is kept for it, ends once that is not let in any more. */
class RevokedClientsTest extends RoundTripScene {
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void letInAgain() {
    never.countDown();
    broker.tokens.with("alice", TestingBroker.ALICE.id().value());
  }

  private void revoke() {
    broker.tokens.with("alice", new Rejected("unknown_key"));
    broker.standing.review();
  }

  private Answer sent(ObjectNode params) {
    return modern(alice("legacy"), "tools/call", params);
  }

  @Test
  void givesUpACallThatWaitsForItsClient() {
    var first = result(sent(call("ask", "a")));
    long aborted = outcomes("aborted");

    revoke();

    awaitOutcomes("aborted", aborted + 1);
    assertThat(broker.evidence.records(Ended.class).getLast().outcome())
        .isEqualTo(new Outcome.Aborted("revoked"));
    letInAgain();
    assertThat(sent(again(call("ask", "a"), first)).response().body())
        .contains("malformed_request");
  }

  @Test
  void endsAStreamThatItsClientHasTakenUpAgain() {
    legacy.answerCalls((server, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.send(TestingMcpServer.progress(request, 1, "begun"));
        await(never);
      }
    });
    var caller = alice("legacy");
    var session = session(caller);
    var params = call("ask", "a");
    params.putObject("_meta").put("progressToken", 1);
    try (var lost = open(caller, session, 7, "tools/call", params)) {
      assertThat(lost.next().path("method").asText()).isEqualTo("notifications/progress");
      session.put("Last-Event-ID", lost.lastId());
    }
    try (var again = caller.open("GET", "", session)) {
      assertThat(again.status()).isEqualTo(200);
      long aborted = outcomes("aborted");

      revoke();

      assertThat(again.rest()).hasSizeLessThanOrEqualTo(1);
      awaitOutcomes("aborted", aborted + 1);
    }
    awaitNothingStanding(); // the session is cut after its calls
    letInAgain();
    while (caller.send("GET", "", session).status() == 200) {
      Thread.onSpinWait(); // it was cut, and is ending
    }
    assertThat(caller.send("GET", "", session).status()).isEqualTo(404);
  }

  private void awaitNothingStanding() {
    while (broker.standing.size() > 0) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }
}
