package dev.sallyport.identity.replay;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.replay.ReplayReport.ShadowCount;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How often rules that are only tried would have decided otherwise. For one thread. */
public final class ShadowCounts {
  private static final Comparator<ShadowCount> ORDER =
      Comparator.comparing((ShadowCount one) -> String.valueOf(one.rule()))
          .thenComparing(ShadowCount::principal)
          .thenComparing(one -> String.valueOf(one.target()))
          .thenComparing(one -> one.effect().map(Effect::label).orElse(""))
          .thenComparing(ShadowCount::decision);

  private final Map<Group, ShadowCount> groups = new LinkedHashMap<>();

  private record Group(
      PrincipalId principal,
      Target target,
      Optional<Effect> effect,
      String decision,
      Optional<Rule> rule) {}

  /** Counts what evidence holds of such rules, if it does of this decision. */
  public void add(RecordedDecision recorded) {
    recorded.shadow().ifPresent(shadow -> add(recorded, shadow.decision(), shadow.rule()));
  }

  void add(RecordedDecision recorded, String decision, Optional<Rule> rule) {
    var group =
        new Group(recorded.principal().id(), recorded.target(), recorded.effect(), decision, rule);
    var before = groups.get(group);
    groups.put(
        group,
        new ShadowCount(
            group.principal(),
            group.target(),
            group.effect(),
            decision,
            rule,
            before == null ? 1 : before.count() + 1,
            before == null ? recorded.callId() : before.example()));
  }

  /** What was counted, in an order that depends on nothing else. */
  public List<ShadowCount> counted() {
    return groups.values().stream().sorted(ORDER).toList();
  }
}
