package dev.sallyport.identity.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.CallCounts;
import dev.sallyport.identity.grant.Explanation;
import dev.sallyport.identity.grant.Inquiry;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.replay.ReplayReport.Changed;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes recorded decisions again with other policies, and counts what would be otherwise. What was
 * not recorded is not guessed: such decisions are counted by why. For one thread.
 *
 * <p>The report depends on the records and the policies alone: the same ones give the same report.
 */
public final class Replay {
  private static final Comparator<Changed> ORDER =
      Comparator.comparing(Changed::to)
          .thenComparing(Changed::from)
          .thenComparing(Changed::principal)
          .thenComparing(one -> one.user().map(PrincipalId::value).orElse(""))
          .thenComparing(one -> String.valueOf(one.target()))
          .thenComparing(one -> String.valueOf(one.rule()))
          .thenComparing(one -> String.valueOf(one.was()))
          .thenComparing(Changed::reason);
  private final PolicySet policies;
  private final Predicate<Target> known;
  private final Map<Group, Tally> changed = new LinkedHashMap<>();
  private final ShadowCounts shadows = new ShadowCounts();
  private final Missing missing = new Missing();
  private final CallCounts counts = new CallCounts();
  private final Map<Undecided, Long> undecided = new EnumMap<>(Undecided.class);
  private long decisions;
  private long unchanged;

  /**
   * A replay.
   *
   * @param policies those that decide now
   * @param known whether something that was called is still there to be called
   */
  public Replay(PolicySet policies, Predicate<Target> known) {
    this.policies = policies;
    this.known = known;
  }

  /** Makes a decision again. */
  public void add(RecordedDecision recorded) {
    decisions++;
    if (recorded.effect().isEmpty()) {
      leave(Undecided.NOT_BY_POLICY);
      return;
    }
    var effect = recorded.effect().get();
    if (!known.test(recorded.target())) {
      leave(Undecided.UNKNOWN_NOW);
      return;
    }
    var explanation = policies.explain(inquiry(recorded));
    var why = missing.of(recorded, explanation, policies.bound(recorded.target()));
    if (why.isPresent()) {
      leave(why.get());
      return;
    }
    explanation
        .decision()
        .grounds()
        .shadow()
        .ifPresent(shadow -> shadows.add(recorded, shadow.decision(), shadow.rule()));
    compare(recorded, effect, explanation);
  }

  /** Counts records that do not say on what their decisions were. */
  public void addUnreadable(long count) {
    decisions += count;
    if (count > 0) {
      undecided.merge(Undecided.TARGET_NOT_RECORDED, count, Long::sum);
    }
  }

  /** What a policy is asked about a recorded decision. */
  static Inquiry inquiry(RecordedDecision recorded) {
    var context =
        recorded
            .circumstances()
            .orElseGet(() -> new Circumstances(recorded.at(), Optional.empty(), "", 0));
    JsonNode arguments = recorded.arguments().tree();
    return new Inquiry(recorded.principal(), recorded.target(), arguments, context);
  }

  private void leave(Undecided why) {
    undecided.merge(why, 1L, Long::sum);
  }

  private void compare(RecordedDecision recorded, Effect from, Explanation explanation) {
    var decision = explanation.decision();
    var to = isOneTooMany(recorded, decision) ? Effect.LIMIT : Effect.of(decision);
    if (to == from) {
      unchanged++;
      return;
    }
    var principal = recorded.principal();
    var group =
        new Group(
            principal.id(),
            principal.delegation().map(Delegation::user),
            recorded.target(),
            from,
            to,
            recorded.by(),
            rule(decision),
            decision instanceof Decision.Denied denied ? denied.reason() : "");
    changed.computeIfAbsent(group, _ -> new Tally(recorded.callId())).count++;
  }

  /** Counts a call that would be allowed, at the time at which it was decided on. */
  private boolean isOneTooMany(RecordedDecision recorded, Decision decision) {
    var limits = decision.grounds().limits();
    var at = recorded.circumstances().map(Circumstances::time).orElse(recorded.at());
    long nanos = Duration.between(Instant.EPOCH, at).toNanos();
    return decision instanceof Decision.Allowed
        && counts.begin(recorded.turn(), limits, nanos).isPresent();
  }

  private static Optional<Rule> rule(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> Optional.of(allowed.by());
      case Decision.Held held -> Optional.of(held.by());
      case Decision.Denied denied -> denied.by();
    };
  }

  /** What was found so far. */
  public ReplayReport report() {
    return new ReplayReport(decisions, unchanged, changes(), undecided, shadows.counted());
  }

  private List<Changed> changes() {
    return changed.entrySet().stream()
        .map(entry -> entry.getKey().with(entry.getValue()))
        .sorted(ORDER)
        .toList();
  }

  private record Group(
      PrincipalId principal,
      Optional<PrincipalId> user,
      Target target,
      Effect from,
      Effect to,
      Optional<Rule> was,
      Optional<Rule> rule,
      String reason) {
    Changed with(Tally tally) {
      return new Changed(
          principal, user, target, from, to, was, rule, reason, tally.count, tally.example);
    }
  }

  /** How many there are of a group, and the first of them. */
  private static final class Tally {
    private final String example;
    private long count;

    private Tally(String example) {
      this.example = example;
    }
  }
}
