package dev.sallyport.identity.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Approval;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Grounds;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.KeptArguments;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.audit.EvidenceLedger;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.audit.LedgerConfig;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was decided can be read back from evidence as it was. */
class RecordedDecisionsTest {
  private static final Rule RULE = new Rule("analyst", "0123456789ab", "/spec/tools/0/actions/0");
  private static final Rule CONTRACT = new Rule("ToolContract/crm", "1", "/spec/arguments/to");
  private static final Target TOOL = new Target.Tool("crm", "query");
  private static final Circumstances CIRCUMSTANCES =
      new Circumstances(
          Instant.parse("2026-11-22T10:00:00.123456789Z"), Optional.of("10.1.2.3"), "ORG", 7);

  @TempDir private Path directory;
  private final TestingClock clock = new TestingClock();
  private EvidenceLedger ledger;
  private int calls;

  @BeforeEach
  void open() throws IOException {
    ledger = EvidenceLedger.open(LedgerConfig.in(directory), new TestingSigningKeys(), clock);
  }

  @AfterEach
  void close() throws IOException {
    ledger.close();
  }

  @Test
  void readsBackAllThatADecisionWasMadeFrom() throws IOException {
    var grounds = Grounds.of(CIRCUMSTANCES).keeping(KeptArguments.ALL);
    begin(TOOL, allowed(RULE).on(grounds));

    var read = read().getFirst();

    assertThat(read.callId()).isEqualTo("c1");
    assertThat(read.principal().id().value()).isEqualTo("spiffe://prod/agent/a");
    assertThat(read.principal().method()).isEqualTo(AuthenticationMethod.X509_SVID);
    assertThat(read.principal().scopes()).containsExactlyInAnyOrder("crm:read", "crm:write");
    assertThat(read.target()).isEqualTo(TOOL);
    assertThat(read.arguments().tree()).isEqualTo(arguments());
    assertThat(read.arguments().whole()).isTrue();
    assertThat(read.circumstances()).contains(CIRCUMSTANCES);
    assertThat(read.effect()).contains(Effect.ALLOW);
    assertThat(read.by()).contains(RULE);
    assertThat(read.turn().value()).isEqualTo("turn_" + "a".repeat(26));
  }

  @Test
  void readsOldRecordsThatHoldNoArgumentsAndNoCircumstances() throws IOException {
    begin(TOOL, allowed(RULE));

    var read = read().getFirst();

    assertThat(read.circumstances()).isEmpty();
    assertThat(read.arguments()).isEqualTo(RecordedArguments.NONE);
    assertThat(read.arguments().tells("/limit")).isFalse();
    assertThat(read.effect()).contains(Effect.ALLOW);
  }

  @Test
  void knowsOfPartsWhatStoodThereAndThatNothingDid() throws IOException {
    var some = new KeptArguments.Some(List.of("/limit", "/to/iban", "/none"));
    begin(TOOL, allowed(RULE).on(Grounds.NONE.keeping(some)));

    var known = read().getFirst().arguments();

    assertThat(known.whole()).isFalse();
    assertThat(known.tree().at("/limit").asInt()).isEqualTo(5);
    assertThat(known.tree().at("/to/iban").asText()).isEqualTo("DE1");
    assertThat(known.tree().at("/to/name").isMissingNode()).isTrue();
    assertThat(List.of("/limit", "/to/iban", "/none", "/none/in")).allMatch(known::tells);
    assertThat(List.of("", "/to", "/to/name", "/limits", "/other")).noneMatch(known::tells);
  }

  @Test
  void tellsWhatThePoliciesSaidWhateverBecameOfIt() throws IOException {
    begin(TOOL, allowed(RULE));
    begin(TOOL, approved(RULE));
    begin(TOOL, approved(CONTRACT));
    held(RULE);
    held(CONTRACT);
    denied(RefusalCode.UNKNOWN_TOOL, "no_rule", Optional.empty());
    denied(RefusalCode.APPROVAL_REJECTED, "not_approved", Optional.of(RULE));
    denied(RefusalCode.INVALID_ARGUMENTS, "refused_before_approval", Optional.of(RULE));
    denied(RefusalCode.RATE_LIMITED, "per_minute", Optional.of(RULE));
    denied(RefusalCode.FLOW_REFUSED, "readers", Optional.of(CONTRACT));
    denied(RefusalCode.UNKNOWN_TURN, "turn_of_another", Optional.empty());

    assertThat(read().stream().map(RecordedDecision::effect))
        .containsExactly(
            Optional.of(Effect.ALLOW),
            Optional.of(Effect.APPROVE),
            Optional.of(Effect.ALLOW),
            Optional.of(Effect.APPROVE),
            Optional.of(Effect.ALLOW),
            Optional.of(Effect.DENY),
            Optional.of(Effect.APPROVE),
            Optional.of(Effect.APPROVE),
            Optional.of(Effect.LIMIT),
            Optional.empty(),
            Optional.empty());
  }

  @Test
  void leavesOutWhatPoliciesDoNotSpeakOf() throws IOException {
    begin(new Target.TurnOperation("q_get"), allowed(RULE));
    begin(new Target.Administration("AgentPolicy", "a", "put"), allowed(RULE));
    begin(new Target.ServerInspection("crm"), allowed(RULE));
    begin(new Target.Model("fast"), allowed(RULE));
    begin(new Target.Prompt("docs", "summary"), allowed(RULE));
    begin(new Target.Resource("files", "file:///a"), allowed(RULE));
    begin(new Target.Template("files", "file:///{x}"), allowed(RULE));

    assertThat(read().stream().map(RecordedDecision::target))
        .containsExactly(
            new Target.Model("fast"),
            new Target.Prompt("docs", "summary"),
            new Target.Resource("files", "file:///a"),
            new Target.Template("files", "file:///{x}"));
  }

  @Test
  void countsWhatHasANameThatWasTooLongToBeKept() throws IOException {
    begin(new Target.Resource("files", "file:///" + "x".repeat(504)), allowed(RULE));
    begin(new Target.Resource("files", "file:///" + "x".repeat(505)), allowed(RULE));

    var read = new ArrayList<RecordedDecision>();
    long unreadable =
        new RecordedDecisions(new EvidenceReader(directory)).forEach(Instant.EPOCH, read::add);

    assertThat(read).hasSize(1);
    assertThat(unreadable).isEqualTo(1);
  }

  @Test
  void readsFromAMomentOn() throws IOException {
    begin(TOOL, allowed(RULE));
    clock.advance(Duration.ofHours(1));
    var since = clock.instant();
    begin(TOOL, allowed(RULE));

    assertThat(read(since)).extracting(RecordedDecision::callId).containsExactly("c2");
    assertThat(read(since.plusMillis(1))).isEmpty();
  }

  /** So that what was demanded of its token is demanded of the same token again. */
  @Test
  void readsHowTheUserSignedInAndADenialForWhatATokenLacks() throws IOException {
    var signIn = new SignIn(Optional.of("gold"), Optional.of(clock.instant()));
    var rule = new Rule("ToolBinding/crm", "0123456789ab", "/spec/token");
    var denied =
        new Denied(RefusalCode.INSUFFICIENT_SCOPE, "insufficient_scope", Optional.of(rule));
    ledger.denied(next(), action(TOOL, signIn), denied);
    ledger.denied(next(), action(TOOL), denied);

    assertThat(read())
        .extracting(one -> one.principal().signIn(), RecordedDecision::effect, RecordedDecision::by)
        .containsExactly(
            tuple(signIn, Optional.of(Effect.DENY), Optional.of(rule)),
            tuple(SignIn.UNKNOWN, Optional.of(Effect.DENY), Optional.of(rule)));
  }

  private List<RecordedDecision> read() throws IOException {
    return read(Instant.EPOCH);
  }

  private List<RecordedDecision> read(Instant since) throws IOException {
    var read = new ArrayList<RecordedDecision>();
    new RecordedDecisions(new EvidenceReader(directory)).forEach(since, read::add);
    return read;
  }

  private void begin(Target target, Allowed decision) {
    ledger
        .begin(next(), action(target), decision)
        .end(new Outcome.Succeeded(), JsonNodeFactory.instance.objectNode());
  }

  private void held(Rule by) {
    var held = new Held(by, "crm.accounts", "read", List.of());
    ledger.held(next(), action(TOOL), held, new CallId("c0"));
  }

  private void denied(RefusalCode code, String reason, Optional<Rule> by) {
    ledger.denied(next(), action(TOOL), new Denied(code, reason, by));
  }

  private CallId next() {
    return new CallId("c" + ++calls);
  }

  private static Allowed allowed(Rule by) {
    return new Allowed(by, "crm.accounts", "read", List.of());
  }

  private static Allowed approved(Rule by) {
    var allowed = allowed(by);
    return new Allowed(
        by,
        allowed.resource(),
        allowed.action(),
        allowed.budgets(),
        Optional.of(new Approval(new CallId("c0"), "sallyport:admin")),
        allowed.grounds());
  }

  private static Action action(Target target) {
    return action(target, SignIn.UNKNOWN);
  }

  private static Action action(Target target, SignIn signIn) {
    var principal =
        new Principal(
                new PrincipalId("spiffe://prod/agent/a"),
                AuthenticationMethod.X509_SVID,
                "prod",
                Instant.MAX,
                Confirmation.NONE,
                Set.of("crm:read", "crm:write"),
                Optional.empty())
            .signedIn(signIn);
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), principal.id(), Instant.EPOCH);
    return new Action(
        new Caller(principal, turn, Door.MCP),
        target,
        arguments(),
        arguments().toString().getBytes(StandardCharsets.UTF_8),
        List.of());
  }

  private static ObjectNode arguments() {
    var arguments = JsonNodeFactory.instance.objectNode().put("limit", 5).put("other", true);
    arguments.putObject("to").put("iban", "DE1").put("name", "x");
    return arguments;
  }
}
