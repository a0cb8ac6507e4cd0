package dev.sallyport.identity.replay;

import dev.sallyport.identity.condition.ConditionText;
import dev.sallyport.identity.grant.BoundAction;
import dev.sallyport.identity.grant.Considered;
import dev.sallyport.identity.grant.Considered.Match;
import dev.sallyport.identity.grant.Considered.Says;
import dev.sallyport.identity.grant.Explanation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What records would have to hold for their decisions to be made again: whatever a condition looks
 * at that might turn the decision. For one thread.
 */
final class Missing {
  private final Map<String, SortedSet<String>> reads = new HashMap<>();

  /** A rule that was considered, and what its condition lacks. */
  private record Looked(Considered rule, Optional<Undecided> lacks) {
    private boolean is(Says says) {
      return rule.says() == says;
    }

    private boolean holds() {
      return rule.match() == Match.MATCHED && lacks.isEmpty();
    }
  }

  /** Why a decision that was made again is not to be believed; empty if it is. */
  Optional<Undecided> of(
      RecordedDecision recorded, Explanation explanation, Optional<BoundAction> bound) {
    var byPolicy = new LinkedHashMap<String, List<Looked>>();
    for (var one : explanation.considered()) {
      if (one.match() != Match.SHADOW) {
        byPolicy
            .computeIfAbsent(one.rule().policy(), _ -> new ArrayList<>())
            .add(new Looked(one, lacks(one, recorded, bound)));
      }
    }
    // A denial that is certain stands, whatever is not known beside it.
    if (byPolicy.values().stream().anyMatch(Missing::surelyDenies)) {
      return Optional.empty();
    }
    return byPolicy.values().stream().flatMap(rules -> turning(rules).stream()).findFirst();
  }

  private static boolean surelyDenies(List<Looked> rules) {
    boolean mayGrant =
        rules.stream()
            .anyMatch(one -> one.is(Says.ALLOW) && (one.holds() || one.lacks().isPresent()));
    return !mayGrant || rules.stream().anyMatch(one -> one.is(Says.DENY) && one.holds());
  }

  /** What is lacking that could turn what a policy says. */
  private static Optional<Undecided> turning(List<Looked> rules) {
    boolean granted = rules.stream().anyMatch(one -> one.is(Says.ALLOW) && one.holds());
    return rules.stream()
        .filter(one -> !(granted && one.is(Says.ALLOW)))
        .flatMap(one -> one.lacks().stream())
        .findFirst();
  }

  private Optional<Undecided> lacks(
      Considered one, RecordedDecision recorded, Optional<BoundAction> bound) {
    return one.condition().isEmpty()
        ? Optional.empty()
        : reads.computeIfAbsent(one.condition(), ConditionText::reads).stream()
            .flatMap(place -> lacks(place, recorded, bound).stream())
            .findFirst();
  }

  private static Optional<Undecided> lacks(
      String place, RecordedDecision recorded, Optional<BoundAction> bound) {
    int dot = place.indexOf('.');
    var rest = dot < 0 ? "" : place.substring(dot);
    return switch (dot < 0 ? place : place.substring(0, dot)) {
      case "args" -> lacks(rest.replace('.', '/'), recorded.arguments());
      case "params" -> lacksParameter(rest, recorded.arguments(), bound);
      case "ctx" ->
          recorded.circumstances().isEmpty()
              ? Optional.of(Undecided.CONTEXT_NOT_RECORDED)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Of a parameter, or of all if none is named. What is not bound stands nowhere. */
  private static Optional<Undecided> lacksParameter(
      String rest, RecordedArguments arguments, Optional<BoundAction> bound) {
    var parameters = bound.map(BoundAction::parameters).orElse(Map.of());
    return parameters.entrySet().stream()
        .filter(one -> rest.isEmpty() || (rest + ".").startsWith("." + one.getKey() + "."))
        .flatMap(one -> lacks(one.getValue().toString(), arguments).stream())
        .findFirst();
  }

  private static Optional<Undecided> lacks(String pointer, RecordedArguments arguments) {
    if (!arguments.tells(pointer)) {
      return Optional.of(Undecided.ARGUMENTS_NOT_RECORDED);
    }
    return arguments.redacted() ? Optional.of(Undecided.ARGUMENTS_REDACTED) : Optional.empty();
  }
}
