package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedAuthenticationsTest {
  private final TestingClock clock = new TestingClock();
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final RefusedAuthentications refused = new RefusedAuthentications(evidence, clock);

  /** AU-11. */
  @Test
  void countsAFloodOfRefusalsInsteadOfWritingEach() {
    for (int i = 0; i < 500; i++) {
      refused.refused(i % 2 == 0 ? "expired" : "no_token", "mcp", "127.0.0.1");
    }
    assertThat(evidence.records()).hasSize(FullRecords.IN_FULL);

    clock.advance(Duration.ofMinutes(1));
    refused.flush();
    refused.flush();

    var events = evidence.events("authentication.refused");
    assertThat(events).hasSize(FullRecords.IN_FULL + 1);
    assertThat(events.getLast().get("counts").toString())
        .isEqualTo("{\"expired\":240,\"no_token\":240}");
    refused.refused("expired", "mcp", "127.0.0.1");
    assertThat(evidence.events("authentication.refused").getLast().get("reason").asText())
        .isEqualTo("expired");
  }

  /** AU-11: a flood of strangers hides nobody who is known. */
  @Test
  void writesWhoIsKnownWhateverStrangersDo() {
    for (int i = 0; i < 500; i++) {
      refused.refused("no_token", "mcp", "127.0.0.1");
    }
    var known = new PrincipalId("spiffe://prod/agent/alice");
    for (int i = 0; i <= FullRecords.IN_FULL; i++) {
      refused.refusedPrincipal("revoked", known, "mcp", "127.0.0.1");
    }

    assertThat(evidence.events("authentication.refused"))
        .filteredOn(facts -> facts.path("reason").asText().equals("revoked"))
        .hasSize(FullRecords.IN_FULL);
    refused.close();
    assertThat(evidence.events("authentication.refused"))
        .filteredOn(facts -> facts.has("counts"))
        .extracting(Object::toString)
        .containsExactly(
            "{\"principal\":\"spiffe://prod/agent/alice\",\"counts\":{\"revoked\":1},\"since\":\""
                + clock.instant()
                + "\"}",
            "{\"counts\":{\"no_token\":480},\"since\":\"" + clock.instant() + "\"}");
  }

  /** AU-11: nor does one who is known hide another. */
  @Test
  void writesWhoIsKnownWhateverAnotherDoes() {
    for (int i = 0; i < 500; i++) {
      refused.refusedPrincipal(
          "revoked", new PrincipalId("spiffe://prod/agent/mallory"), "mcp", "127.0.0.1");
    }

    refused.refusedTurn(new PrincipalId("spiffe://prod/agent/alice"), "mcp", "127.0.0.1");

    assertThat(evidence.events("request.refused")).hasSize(1);
    assertThat(evidence.events("authentication.refused")).hasSize(FullRecords.IN_FULL);
  }

  /** Each count is written once, whatever could not be written before, with when it began. */
  @Test
  void keepsCountsThatCannotBeWritten() {
    var begun = clock.instant();
    flood();
    clock.advance(RefusedAuthentications.WINDOW);
    evidence.fail(true);
    assertThatThrownBy(refused::flush).satisfies(hasCode(RefusalCode.EVIDENCE_UNAVAILABLE));
    evidence.fail(false);
    flood();
    clock.advance(RefusedAuthentications.WINDOW);

    refused.flush();
    refused.flush();

    assertThat(counts())
        .containsExactly("{\"counts\":{\"no_token\":2},\"since\":\"" + begun + "\"}");
    flood();
    refused.close();
    assertThat(counts().getLast())
        .isEqualTo("{\"counts\":{\"no_token\":1},\"since\":\"" + clock.instant() + "\"}");
  }

  /** A refusal stands before the counts that are due, and neither is lost with the other. */
  @Test
  void writesTheRefusalAtHandBeforeCounts() {
    flood();
    clock.advance(RefusedAuthentications.WINDOW);
    evidence.fail(true);
    assertThatThrownBy(() -> refused.refused("expired", "mcp", "127.0.0.1"))
        .satisfies(hasCode(RefusalCode.EVIDENCE_UNAVAILABLE));
    evidence.fail(false);
    clock.advance(RefusedAuthentications.WINDOW);

    refused.refused("expired", "mcp", "127.0.0.1");

    var events = evidence.events("authentication.refused");
    assertThat(events).hasSize(FullRecords.IN_FULL + 2);
    assertThat(events.get(FullRecords.IN_FULL).path("reason").asText()).isEqualTo("expired");
    assertThat(counts()).hasSize(1);
  }

  /** One more than is written in full. */
  private void flood() {
    for (int i = 0; i <= FullRecords.IN_FULL; i++) {
      refused.refused("no_token", "mcp", "127.0.0.1");
    }
  }

  private List<String> counts() {
    return evidence.events("authentication.refused").stream()
        .filter(facts -> facts.has("counts"))
        .map(Object::toString)
        .toList();
  }
}
