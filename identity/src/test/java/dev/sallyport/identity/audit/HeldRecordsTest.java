package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.action;
import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static dev.sallyport.identity.audit.LedgerSamples.records;
import static dev.sallyport.identity.audit.LedgerSamples.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Approval;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Grounds;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Decision.Shadow;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R13: what evidence says of actions that wait for a person. */
class HeldRecordsTest {
  private static final Rule RULE = new Rule("p", "0123456789ab", "/spec/tools/0/approve/0");
  private static final Held HELD = new Held(RULE, "crm", "write", List.of());

  private final TestingSigningKeys keys = new TestingSigningKeys();
  @TempDir private Path directory;

  @Test
  void saysWhatWaitsUnderWhichApprovalAndRule() throws IOException {
    try (var ledger = open()) {
      ledger.held(call("c2"), pinned(), HELD, call("c1"));
    }

    var held = records(directory).get(1);
    assertThat(held.fieldNames())
        .toIterable()
        .containsExactly(
            "seq",
            "at",
            "type",
            "call_id",
            "principal",
            "method",
            "turn",
            "door",
            "target",
            "resource",
            "action",
            "policy",
            "policy_version",
            "rule",
            "approval",
            "pin",
            "credentials",
            "args");
    assertThat(held.path("type").asText()).isEqualTo("held");
    assertThat(held.path("call_id").asText()).isEqualTo("c2");
    assertThat(held.path("approval").asText()).isEqualTo("c1");
    assertThat(held.path("pin").asText()).isEqualTo("sha256-of-it");
    assertThat(held.toString()).doesNotContain("canary");
  }

  @Test
  void saysOnWhatEachDecisionStood() throws IOException {
    var grounds =
        new Grounds(
            Optional.of(
                new Circumstances(
                    Instant.parse("2026-11-22T10:00:00.5Z"), Optional.of("10.0.0.1"), "ORG", 7)),
            Optional.of(new Rule("alice", "0123456789ab", "/spec/tools/1/actions/0")),
            Optional.of(new Shadow("denied", Optional.of(RULE))));
    try (var ledger = open()) {
      ledger
          .begin(call("c1"), pinned(), new Allowed(RULE, "crm", "write", List.of()).on(grounds))
          .end(new Outcome.Succeeded(), facts());
      ledger.held(call("c2"), pinned(), HELD.on(grounds), call("c2"));
      ledger.denied(
          call("c3"),
          pinned(),
          new Denied(RefusalCode.UNKNOWN_TOOL, "no_rule", Optional.empty()).on(grounds));
    }

    for (int i : new int[] {1, 3, 4}) {
      var record = records(directory).get(i);
      assertThat(record.path("context"))
          .hasToString(
              "{\"time\":\"2026-11-22T10:00:00.500Z\",\"source\":\"10.0.0.1\",\"label\":\"ORG\","
                  + "\"calls\":7}");
      assertThat(record.path("user_rule").path("policy").asText()).isEqualTo("alice");
      assertThat(record.path("shadow").path("decision").asText()).isEqualTo("denied");
      assertThat(record.path("shadow").path("policy").asText()).isEqualTo(RULE.policy());
    }
  }

  @Test
  void saysInTheIntentWhoApproved() throws IOException {
    var allowed =
        new Allowed(
            RULE,
            "crm",
            "write",
            List.of(),
            Optional.of(new Approval(call("c1"), "sallyport:admin")),
            Grounds.NONE);
    try (var ledger = open()) {
      ledger.begin(call("c3"), pinned(), allowed).end(new Outcome.Succeeded(), facts());
    }

    var intent = records(directory).get(1);
    assertThat(intent.path("approval").asText()).isEqualTo("c1");
    assertThat(intent.path("approved_by").asText()).isEqualTo("sallyport:admin");
  }

  @Test
  void endsWhatWaitedUnderItsFirstNameAndLeavesNothingOpen() throws IOException {
    try (var ledger = open()) {
      ledger.held(call("c1"), pinned(), HELD, call("c1"));
      ledger.lapsed(
          call("c1"),
          new Outcome.Refused(RefusalCode.APPROVAL_EXPIRED),
          facts().put("server", "sf"));
    }
    try (var _ = open()) {
      assertThat(summary(directory))
          .contains("held c1", "outcome c1 refused")
          .doesNotContain("outcome c1 unknown");
    }
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
  }

  private static Action pinned() {
    var plain = action();
    return new Action(
        plain.caller(),
        plain.target(),
        plain.arguments(),
        plain.payload(),
        plain.credentials(),
        Optional.of("sha256-of-it"));
  }

  private EvidenceLedger open() throws IOException {
    return EvidenceLedger.open(LedgerConfig.in(directory), keys, new TestingClock());
  }
}
