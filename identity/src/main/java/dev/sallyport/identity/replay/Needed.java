package dev.sallyport.identity.replay;

import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.condition.ConditionText;
import dev.sallyport.identity.grant.BoundAction;
import dev.sallyport.identity.grant.Considered;
import dev.sallyport.identity.grant.Considered.Match;
import dev.sallyport.identity.grant.Considered.Says;
import dev.sallyport.identity.grant.Explanation;
import dev.sallyport.identity.grant.Inquiry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Something that would have to change for a call to go on. For administrators: it says more than a
 * caller is ever told.
 *
 * @param code a stable name, such as {@code grant_action}
 * @param rule the rule that it is about; empty if it is about none
 * @param advice the same for a reader
 */
public record Needed(String code, Optional<Rule> rule, String advice) {
  /**
   * What a decision wants changed, what is nearest first; empty if it allows.
   *
   * @param bound what policies call the target; empty if they cannot
   */
  public static List<Needed> of(
      Inquiry inquiry, Explanation explanation, Optional<BoundAction> bound) {
    return switch (explanation.decision()) {
      case Decision.Allowed _ -> List.of();
      case Decision.Held held ->
          List.of(
              new Needed(
                  "get_approval",
                  Optional.of(held.by()),
                  "A person must approve each such call: ./sallyport approve --calls"));
      case Decision.Denied denied when Effect.of(denied) == Effect.LIMIT ->
          List.of(new Needed("wait", denied.by(), "The limit is reached: wait, or raise it."));
      case Decision.Denied denied when !denied.grounds().demand().isNone() ->
          List.of(
              new Needed(
                  "step_up",
                  denied.by(),
                  "The access token must hold %s.".formatted(denied.grounds().demand().text())));
      case Decision.Denied denied -> ofDenial(inquiry, explanation, denied, bound);
    };
  }

  private static List<Needed> ofDenial(
      Inquiry inquiry,
      Explanation explanation,
      Decision.Denied denied,
      Optional<BoundAction> bound) {
    if (bound.isEmpty()) {
      return List.of(
          new Needed(
              "name_clearly",
              Optional.empty(),
              "What is named stands for nothing in policies (%s): name it in one way only."
                  .formatted(denied.reason())));
    }
    var needed = new ArrayList<Needed>();
    for (var one : explanation.considered()) {
      ofRule(one).ifPresent(needed::add);
    }
    if (needed.isEmpty()) {
      needed.add(grant(inquiry, denied, bound.get()));
    }
    return needed;
  }

  private static Optional<Needed> ofRule(Considered one) {
    return switch (one.match()) {
      case MATCHED -> one.says() == Says.DENY ? Optional.of(denial(one)) : Optional.empty();
      case NOT_MATCHED, FAILED ->
          one.says() == Says.ALLOW || one.match() == Match.FAILED
              ? Optional.of(condition(one))
              : Optional.empty();
      case SHADOW -> Optional.empty();
    };
  }

  private static Needed denial(Considered one) {
    return new Needed(
        "remove_denial",
        Optional.of(one.rule()),
        one.condition().isEmpty()
            ? "It is denied at %s: take the action out there.".formatted(place(one.rule()))
            : "It is denied at %s where %s%s."
                .formatted(
                    place(one.rule()),
                    one.condition(),
                    one.terms().stream().map(Needed::seen).collect(Collectors.joining())));
  }

  private static Needed condition(Considered one) {
    return one.match() == Match.FAILED
        ? new Needed(
            "mend_condition",
            Optional.of(one.rule()),
            "The condition at %s could not be looked at (%s): %s."
                .formatted(place(one.rule()), one.why(), unmet(one)))
        : new Needed(
            "fulfil_condition",
            Optional.of(one.rule()),
            "The condition at %s is not fulfilled: %s.".formatted(place(one.rule()), unmet(one)));
  }

  /** The parts of a condition that do not hold, and what they looked at. */
  private static String unmet(Considered one) {
    var unmet =
        one.terms().stream()
            .filter(term -> term.match() != Match.MATCHED)
            .map(term -> "it wants %s%s".formatted(term.text(), seen(term)))
            .collect(Collectors.joining("; "));
    return unmet.isEmpty() ? one.why() : unmet;
  }

  private static String seen(Considered.Term term) {
    return ConditionText.reads(term.text()).stream()
        .map(place ->
            Optional.ofNullable(term.values().get(place))
                .map(value -> ", " + place + " is " + value)
                .orElse(", " + place + " is not there"))
        .collect(Collectors.joining());
  }

  private static Needed grant(Inquiry inquiry, Decision.Denied denied, BoundAction bound) {
    return denied.reason().equals("no_policy")
        ? new Needed(
            "apply_policy",
            Optional.empty(),
            "No policy names %s: apply an AgentPolicy that grants %s."
                .formatted(inquiry.principal().id(), wanted(inquiry, bound)))
        : new Needed(
            "grant_action",
            Optional.empty(),
            "Nothing grants %s: name it in %s."
                .formatted(
                    wanted(inquiry, bound),
                    inquiry.target() instanceof Target.Model
                        ? "models.allow"
                        : "actions of that resource"));
  }

  /** What a policy would have to grant, in the words in which it is written there. */
  private static String wanted(Inquiry inquiry, BoundAction bound) {
    return inquiry.target() instanceof Target.Model(var alias)
        ? "model " + alias
        : "action %s on resource %s".formatted(bound.action(), bound.resource());
  }

  private static String place(Rule rule) {
    return "AgentPolicy/" + rule.policy() + " " + rule.rule();
  }
}
