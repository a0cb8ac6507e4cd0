package dev.sallyport.identity.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.ProtectedResource;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R13: whom the configuration names to decide held calls, and what they may do. */
class ApproversTest {
  private static final String EVE = "spiffe://prod/person/eve";
  private static final Set<String> HERE = Set.of(ProtectedResource.CONTROL_PLANE);

  private final Approvers approvers = Approvers.named(List.of(EVE, "oidc://corp/ada%40b"));
  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), approvers, TurnFacts.CLEAN, new TestingClock());

  @Test
  void areThoseWhoAreNamedByATokenForTheControlPlaneAlone() {
    var eve = FixedTokens.principal(EVE);

    assertThat(approvers.include(eve.within(HERE))).isTrue();
    assertThat(approvers.include(eve)).isFalse();
    assertThat(approvers.include(eve.within(Set.of("/mcp")))).isFalse();
    assertThat(approvers.include(eve.within(Set.of("/mcp", "/admin")))).isFalse();
    assertThat(approvers.include(FixedTokens.principal(EVE + "x").within(HERE))).isFalse();
    assertThat(approvers.include(FixedTokens.principal(EVE, "oidc://corp/ann").within(HERE)))
        .isFalse();
    assertThat(Approvers.NONE.include(eve.within(HERE))).isFalse();
  }

  @Test
  void aloneApproveWhereAnyAreNamed() {
    var admin = new PrincipalId("sallyport:admin");

    assertThat(Approvers.NONE.areNamed()).isFalse();
    assertThat(Approvers.NONE.mayApprove(admin)).isTrue();
    assertThat(approvers.areNamed()).isTrue();
    assertThat(approvers.mayApprove(admin)).isFalse();
    assertThat(approvers.mayApprove(new PrincipalId(EVE))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "eve",
        "sallyport:admin",
        "spiffe://prod",
        "spiffe://prod/*",
        "oidc://corp/",
        "oidc://corp/*",
        "oidc://corp/ada@b",
        "oidc://corp/ada%40b%2D"
      })
  void areNotNamedInAWayInWhichNoTokenNamesAnybody(String name) {
    assertThatThrownBy(() -> Approvers.named(List.of(EVE, name)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "HeldCall, read, true",
    "HeldCall, approve, true",
    "HeldCall, reject, true",
    "HeldCall, delete, false",
    "Call, read, false",
    "McpServer, approve, false",
    "AgentPolicy, put, false"
  })
  void decideHeldCallsAndChangeNothing(String kind, String verb, boolean allowed) {
    var change = new Target.Administration(kind, "x", verb);

    assertThat(decide(FixedTokens.principal(EVE).within(HERE), change))
        .isInstanceOf(allowed ? Decision.Allowed.class : Decision.Denied.class);
    assertThat(decide(FixedTokens.principal(EVE), change))
        .isEqualTo(
            new Decision.Denied(RefusalCode.FORBIDDEN, "not_an_administrator", Optional.empty()));
    assertThat(decide(Principal.internal("admin"), change)).isInstanceOf(Decision.Allowed.class);
  }

  private Decision decide(Principal who, Target target) {
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), who.id(), Instant.EPOCH);
    return authority.decide(
        new Action(
            new Caller(who, turn, Door.ADMIN),
            target,
            JsonNodeFactory.instance.objectNode(),
            new byte[0],
            List.of()));
  }
}
