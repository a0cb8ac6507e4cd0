package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static dev.sallyport.identity.audit.LedgerSamples.records;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AZ-17: what evidence says of an agent that acts on behalf of a user. */
class DelegatedRecordsTest {
  private static final Rule RULE = new Rule("p", "0123456789ab", "/spec/tools/0");
  private static final Principal DELEGATED =
      FixedTokens.principal(
          "spiffe://prod/agent/b", "oidc://corp/ann", "spiffe://prod/agent/a", "oidc://corp/app");

  @TempDir private Path directory;

  @Test
  void namesTheUserAndTheChainInEveryRecordOfAnAttempt() throws IOException {
    try (var ledger = open()) {
      var allowed = new Allowed(RULE, "crm", "read", List.of());
      ledger.begin(call("c1"), action(DELEGATED), allowed).end(new Outcome.Succeeded(), facts());
      ledger.held(
          call("c2"), action(DELEGATED), new Held(RULE, "crm", "read", List.of()), call("c2"));
      ledger.denied(
          call("c3"),
          action(DELEGATED),
          new Denied(RefusalCode.UNKNOWN_TOOL, "no_policy", Optional.empty()));
    }

    var attempts = records(directory).stream().filter(record -> record.has("principal")).toList();
    assertThat(attempts).hasSize(3);
    assertThat(attempts)
        .allSatisfy(record -> {
          assertThat(record.path("principal").asText()).isEqualTo("spiffe://prod/agent/b");
          assertThat(record.path("on_behalf_of").asText()).isEqualTo("oidc://corp/ann");
          assertThat(record.path("user_authority").asText()).isEqualTo("corp");
          assertThat(record.path("chain").toString())
              .isEqualTo("[\"spiffe://prod/agent/a\",\"oidc://corp/app\"]");
        });
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void saysNothingOfUsersWhereAnAgentActsOnItsOwn() throws IOException {
    try (var ledger = open()) {
      ledger.denied(
          call("c1"),
          action(FixedTokens.principal("spiffe://prod/agent/b")),
          new Denied(RefusalCode.UNKNOWN_TOOL, "no_policy", Optional.empty()));
    }

    assertThat(records(directory).get(1).has("on_behalf_of")).isFalse();
    assertThat(records(directory).get(1).has("chain")).isFalse();
  }

  private EvidenceLedger open() throws IOException {
    return EvidenceLedger.open(
        LedgerConfig.in(directory), new TestingSigningKeys(), new TestingClock());
  }

  private static Action action(Principal principal) {
    var turn =
        new Turn(new TurnId("turn_" + "a".repeat(26)), principal.owner(), Instant.EPOCH, false);
    return new Action(
        new Caller(principal, turn, Door.MCP),
        new Target.Tool("sf", "query"),
        facts(),
        new byte[0],
        List.of());
  }
}
