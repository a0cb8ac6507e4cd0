package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static dev.sallyport.identity.audit.LedgerSamples.records;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Grounds;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What evidence says of what an access token had to hold, and of what it held. */
class DemandRecordsTest {
  private static final Rule RULE = new Rule("ToolBinding/crm", "0123456789ab", "/spec/token");
  private static final SignIn SIGN_IN =
      new SignIn(Optional.of("silver"), Optional.of(Instant.parse("2026-11-22T10:00:00Z")));
  private static final TokenDemand DEMAND =
      new TokenDemand(
          new TreeSet<>(Set.of("b", "a")),
          List.of("gold", "silver"),
          Optional.of(Duration.ofMinutes(5)));

  @TempDir private Path directory;

  @Test
  void namesWhatWasDemandedAndHowTheUserSignedIn() throws IOException {
    var grounds = Grounds.NONE.demanding(DEMAND);
    try (var ledger = open()) {
      ledger
          .begin(call("c1"), action(SIGN_IN), new Allowed(RULE, "crm", "x", List.of()).on(grounds))
          .end(new Outcome.Succeeded(), facts());
      ledger.denied(
          call("c2"),
          action(SIGN_IN),
          new Denied(RefusalCode.INSUFFICIENT_SCOPE, "insufficient_scope", Optional.of(RULE))
              .on(grounds));
    }

    var attempts = records(directory).stream().filter(record -> record.has("principal")).toList();
    assertThat(attempts)
        .hasSize(2)
        .allSatisfy(record -> {
          assertThat(record.path("demanded").toString())
              .isEqualTo(
                  "{\"scopes\":[\"a\",\"b\"],\"acr\":[\"gold\",\"silver\"],\"max_age\":300}");
          assertThat(record.path("scopes").toString()).isEqualTo("[\"a\"]");
          assertThat(record.path("acr").asText()).isEqualTo("silver");
          assertThat(record.path("signed_in_at").asText()).isEqualTo("2026-11-22T10:00:00Z");
        });
    assertThat(attempts.getLast().path("code").asText()).isEqualTo("insufficient_scope");
    assertThat(attempts.getLast().path("policy").asText()).isEqualTo("ToolBinding/crm");
  }

  @Test
  void saysNothingWhereNothingIsDemandedOrKnown() throws IOException {
    try (var ledger = open()) {
      ledger.denied(
          call("c1"),
          action(SignIn.UNKNOWN),
          new Denied(RefusalCode.UNKNOWN_TOOL, "no_policy", Optional.empty()));
    }

    assertThat(records(directory).get(1).has("demanded")).isFalse();
    assertThat(records(directory).get(1).has("acr")).isFalse();
    assertThat(records(directory).get(1).has("signed_in_at")).isFalse();
  }

  private EvidenceLedger open() throws IOException {
    return EvidenceLedger.open(
        LedgerConfig.in(directory), new TestingSigningKeys(), new TestingClock());
  }

  private static Action action(SignIn signIn) {
    var principal =
        new Principal(
                new PrincipalId("oidc://corp/agent-7"),
                AuthenticationMethod.ACCESS_TOKEN,
                "corp",
                Instant.MAX,
                Confirmation.NONE,
                Set.of("a"),
                Optional.empty())
            .signedIn(signIn);
    var turn =
        new Turn(new TurnId("turn_" + "a".repeat(26)), principal.owner(), Instant.EPOCH, false);
    return new Action(
        new Caller(principal, turn, Door.MCP),
        new Target.Tool("crm", "query"),
        facts(),
        new byte[0],
        List.of());
  }
}
