package dev.sallyport.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Approvals.Answer.Waiting;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.CountingGate;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.mcp.approval.HeldCallLimits;
import dev.sallyport.mcp.approval.HeldCalls;
import dev.sallyport.mcp.approval.HeldStatus;
import dev.sallyport.mcp.testing.ReversedSeal;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.testing.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R13: who may decide held calls. */
class CallEndpointsTest {
  private static final Principal ADMIN = Principal.internal("admin");
  private static final Principal AGENT = FixedTokens.principal("spiffe://prod/agent/a");

  private final TestingDatabase database = TestingDatabase.h2();
  private final TestingClock clock = new TestingClock();
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final HeldCalls calls =
      new HeldCalls(
          database.dataSource(), new ReversedSeal(), evidence, HeldCallLimits.DEFAULT, clock);
  private final CallEndpoints endpoints =
      new CallEndpoints(
          calls,
          new ActionPath(FixedAuthority.allowingAll(), evidence, clock, (_, _, _) -> {}),
          new Quarantine(QuarantineLimits.defaults(), new SeededRandom(7), clock));

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void answers403ToWhoeverApprovesACallOfTheirOwn() {
    var id = hold(ADMIN);

    assertThatThrownBy(() -> ask("POST", "/admin/calls/{id}/approve", id))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code().status()).isEqualTo(403);
              assertThat(Problems.of(refusal).status()).isEqualTo(403);
            });
    assertThat(calls.get(id).status()).isEqualTo(HeldStatus.PENDING);
    assertThat(evidence.outcomes()).containsExactly(new Outcome.Refused(RefusalCode.FORBIDDEN));
  }

  @Test
  void answers403ToAnApproverWhoMadeACallInWhoseTurnItIsOrForWhomItIs() {
    var alice = FixedTokens.principal("spiffe://prod/person/alice");
    var inTheTurnOf = caller(AGENT, Owner.alone(alice.id()));
    var onBehalfOf = caller(AGENT, new Owner(AGENT.id(), Optional.of(alice.id())));

    for (var who : List.of(caller(alice), inTheTurnOf, onBehalfOf)) {
      var id = hold(who);

      assertThatThrownBy(() -> ask("POST", "/admin/calls/{id}/approve", id, caller(alice)))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.FORBIDDEN));
      assertThat(calls.get(id).status()).isEqualTo(HeldStatus.PENDING);
    }
    assertThat(evidence.outcomes())
        .hasSize(3)
        .containsOnly(new Outcome.Refused(RefusalCode.FORBIDDEN));
  }

  @Test
  void letsAnAdministratorDecideTheCallsOfOthersOnRecord() throws Exception {
    var id = hold(AGENT);

    assertThat(text(ask("GET", "/admin/calls", ""))).contains(id).doesNotContain("canary");
    assertThat(evidence.records()).isEmpty();
    assertThat(text(ask("GET", "/admin/calls/{id}", id))).contains("canary");
    assertThat(text(ask("POST", "/admin/calls/{id}/approve", id)))
        .contains("\"status\":\"approved\"", "\"decidedBy\":\"sallyport:admin\"");
    assertThat(text(ask("POST", "/admin/calls/{id}/reject", id)))
        .contains("\"status\":\"rejected\"");

    assertThat(evidence.records(RecordingEvidence.Begun.class))
        .extracting(begun -> begun.action().target())
        .containsExactly(
            new Target.Administration("HeldCall", id, "read"),
            new Target.Administration("HeldCall", id, "approve"),
            new Target.Administration("HeldCall", id, "reject"));
  }

  @Test
  void knowsNoCallOfAnotherId() {
    for (var path : List.of("/admin/calls/{id}/approve", "/admin/calls/{id}/reject")) {
      assertThatThrownBy(() -> ask("POST", path, "none"))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.UNKNOWN_RESOURCE));
    }
  }

  private String hold(Principal who) {
    return hold(caller(who));
  }

  private String hold(Caller who) {
    var arguments = Json.object().put("text", "canary");
    var action =
        new Action(
            who,
            new Target.Tool("crm", "write"),
            arguments,
            Json.bytes(arguments),
            List.of(),
            Optional.of("pin"));
    var held = new Held(FixedAuthority.RULE, "crm", "write", List.of());
    var attempt = new CallId(UUID.randomUUID().toString());
    return ((Waiting) calls.redeem(attempt, action, held, CountingGate.opening())).id().value();
  }

  private static Caller caller(Principal who) {
    return caller(who, Owner.alone(who.id()));
  }

  private static Caller caller(Principal who, Owner owner) {
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), owner, Instant.EPOCH, false);
    return new Caller(who, turn, Door.ADMIN);
  }

  private Answer ask(String method, String path, String id) throws Exception {
    return ask(method, path, id, caller(ADMIN));
  }

  private Answer ask(String method, String path, String id, Caller who) throws Exception {
    var route =
        endpoints.routes().stream()
            .filter(one -> one.method().equals(method) && one.path().equals(path))
            .findFirst()
            .orElseThrow();
    return route
        .endpoint()
        .answer(new Asked(who, Map.of("id", id), Query.NONE, Optional.empty(), "", ""));
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
