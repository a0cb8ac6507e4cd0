package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.condition.ArgumentTypes;
import dev.sallyport.identity.condition.Condition;
import dev.sallyport.identity.condition.ConditionCompiler;
import dev.sallyport.identity.condition.InvalidConditionException;
import dev.sallyport.identity.condition.Verdict;
import dev.sallyport.identity.grant.AgentPolicySpec.ToolRule;
import dev.sallyport.identity.grant.Considered.Says;
import dev.sallyport.identity.resource.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns the rules of policies into what a decision looks up. One use for all policies together. */
final class RuleCompiler {
  /** A day. */
  private static final int MOST_APPROVAL_MINUTES = 1_440;

  private static final int MOST_PER_MINUTE = 6_000;
  private static final int MOST_CALLS = 1_000_000;
  private static final String ONLY = "is of apiVersion " + Resource.API_VERSION + " only";
  private static final String NO_FIT = "does_not_fit_the_tool";
  private static final String INVALID = "does_not_compile";

  private final Mistakes mistakes;
  private final Unfit unfit;
  private final ConditionCompiler conditions;
  private final BoundTools tools;
  private final Set<String> texts = new HashSet<>();

  RuleCompiler(Mistakes mistakes, Unfit unfit, ConditionCompiler conditions, BoundTools tools) {
    this.mistakes = mistakes;
    this.unfit = unfit;
    this.conditions = conditions;
    this.tools = tools;
  }

  /** Every condition that was compiled. */
  Set<String> texts() {
    return texts;
  }

  /**
   * What a policy says of models.
   *
   * @param whole the policy, as a rule that is all of it
   */
  ResourceRules models(Resource resource, Rule whole, AgentPolicySpec.@Nullable Models models) {
    var rules = new ResourceRules.Builder();
    if (models != null) {
      var condition = Condition.ALWAYS;
      if (models.when() != null) {
        checkVersion(resource, "/spec/models/when", models.when());
        condition = condition(resource, "/spec/models/when", models.when(), Optional.empty());
      }
      addAll(
          resource,
          "/spec/models/allow",
          models.allow(),
          rules,
          PolicyRule.of(whole, Says.ALLOW, condition, false));
    }
    return rules.build();
  }

  /** What it says of each resource. */
  Map<String, ResourceRules> resources(
      Resource resource, Rule whole, @Nullable List<ToolRule> written) {
    if (written == null) {
      return Map.of();
    }
    if (written.isEmpty()) {
      mistakes.add(resource, "/spec/tools", "is empty: name a resource, or leave tools out");
    }
    var builders = new LinkedHashMap<String, ResourceRules.Builder>();
    for (int i = 0; i < written.size(); i++) {
      var rule = written.get(i);
      var builder = builders.computeIfAbsent(rule.resource(), _ -> new ResourceRules.Builder());
      add(resource, whole.at("/spec/tools/" + i), rule, builder);
    }
    var rules = new HashMap<String, ResourceRules>();
    builders.forEach((name, one) -> {
      new RuleCheck(unfit, resource, one).run();
      rules.put(name, one.build());
    });
    return rules;
  }

  private void add(Resource resource, Rule by, ToolRule rule, ResourceRules.Builder rules) {
    var pointer = by.rule();
    mistakes.check(resource, pointer + "/resource", rule.resource(), Names::exact);
    checkForm(resource, pointer, rule);
    var condition =
        rule.when() == null
            ? Condition.ALWAYS
            : condition(resource, pointer + "/when", rule.when(), Optional.of(rule));
    checkReach(resource, pointer, rule);
    addAll(
        resource,
        pointer + "/actions",
        rule.actions(),
        rules,
        PolicyRule.of(by, Says.ALLOW, condition, rule.shadow()));
    addAll(
        resource,
        pointer + "/approve",
        rule.approve(),
        rules,
        PolicyRule.of(by, Says.APPROVE, condition, rule.shadow()).lasting(life(rule)));
    addAll(
        resource,
        pointer + "/deny",
        rule.deny(),
        rules,
        PolicyRule.of(by, Says.DENY, condition, rule.shadow()));
    addLimits(resource, by, rule, condition, rules);
  }

  private void addAll(
      Resource resource,
      String pointer,
      @Nullable List<String> names,
      ResourceRules.Builder rules,
      PolicyRule rule) {
    if (names == null) {
      return;
    }
    if (names.isEmpty()) {
      mistakes.add(resource, pointer, "is empty: name something, or leave the field out");
    }
    for (int i = 0; i < names.size(); i++) {
      var place = pointer + "/" + i;
      mistakes.check(resource, place, names.get(i), Names::exactOrAny);
      rules.add(names.get(i), rule.at(place));
    }
  }

  private void addLimits(
      Resource resource, Rule by, ToolRule rule, Condition condition, ResourceRules.Builder rules) {
    var limits = rule.limits();
    if (limits == null) {
      return;
    }
    var place = by.rule() + "/limits";
    if (rule.actions() == null) {
      mistakes.add(resource, place, "bounds nothing without actions");
      return;
    }
    if (limits.perMinute() == null && limits.maxCalls() == null) {
      mistakes.add(resource, place, "says nothing: give per_minute, max_calls or both");
    }
    if (rule.shadow()) {
      mistakes.add(resource, place, "cannot be tried in shadow: only calls that go on are counted");
    }
    var bound =
        PolicyRule.of(by.at(place), Says.LIMIT, condition, rule.shadow())
            .bounding(
                count(resource, place + "/per_minute", limits.perMinute(), MOST_PER_MINUTE),
                count(resource, place + "/max_calls", limits.maxCalls(), MOST_CALLS));
    rule.actions().stream().distinct().forEach(action -> rules.add(action, bound));
  }

  private OptionalInt count(Resource resource, String place, @Nullable Integer written, int most) {
    if (written == null) {
      return OptionalInt.empty();
    }
    if (written < 1 || written > most) {
      mistakes.add(resource, place, "must be 1 to " + most);
    }
    return OptionalInt.of(written);
  }

  private static Duration life(ToolRule rule) {
    return rule.approvalMinutes() == null
        ? Decision.Held.DEFAULT_LIFE
        : Duration.ofMinutes(rule.approvalMinutes());
  }

  private void checkForm(Resource resource, String pointer, ToolRule rule) {
    if (rule.actions() == null && rule.approve() == null && rule.deny() == null) {
      mistakes.add(resource, pointer, "says nothing: give actions, deny, or both");
    }
    if (rule.when() != null
        && rule.deny() != null
        && (rule.actions() != null || rule.approve() != null)) {
      mistakes.add(
          resource,
          pointer + "/when",
          "is for a grant or for a denial: write a rule for each, with its own condition");
    }
    checkVersion(resource, pointer + "/when", rule.when());
    checkVersion(resource, pointer + "/approve", rule.approve());
    checkVersion(resource, pointer + "/limits", rule.limits());
    checkVersion(resource, pointer + "/shadow", rule.shadow() ? rule : null);
    var minutes = rule.approvalMinutes();
    if (minutes != null && rule.approve() == null) {
      mistakes.add(
          resource,
          pointer + "/approval_minutes",
          "says nothing without approve: name there what must wait");
    } else if (minutes != null && (minutes < 1 || minutes > MOST_APPROVAL_MINUTES)) {
      mistakes.add(
          resource, pointer + "/approval_minutes", "must be 1 to " + MOST_APPROVAL_MINUTES);
    }
  }

  private void checkVersion(Resource resource, String place, @Nullable Object written) {
    if (written != null && !resource.apiVersion().equals(Resource.API_VERSION)) {
      mistakes.add(resource, place, ONLY);
    }
  }

  /** What is granted, held or denied must be something, where all is known that it could be. */
  private void checkReach(Resource resource, String pointer, ToolRule rule) {
    checkReach(resource, pointer + "/actions", rule.resource(), rule.actions());
    checkReach(resource, pointer + "/approve", rule.resource(), rule.approve());
    checkReach(resource, pointer + "/deny", rule.resource(), rule.deny());
  }

  private void checkReach(
      Resource resource, String pointer, String named, @Nullable List<String> actions) {
    if (actions == null) {
      return;
    }
    for (int i = 0; i < actions.size(); i++) {
      if (tools.types(named, actions.get(i)).isEmpty()) {
        unfit.add(
            resource,
            pointer + "/" + i,
            "is never reached: %s has no tool %s, and nothing is bound to it"
                .formatted(named, actions.get(i)));
      }
    }
  }

  /**
   * A condition that does not fit the tools any more is one that fails, and so is one that was
   * stored and whose types are wrong. What cannot be read at all is never in force.
   */
  private Condition condition(
      Resource resource, String place, String text, Optional<ToolRule> rule) {
    try {
      texts.add(text);
      var condition = conditions.compile(text);
      var types =
          rule.flatMap(one ->
              actions(one)
                  .flatMap(action -> tools.types(one.resource(), action).stream())
                  .reduce(ArgumentTypes::or));
      var misfit = conditions.misfit(text, types.orElse(ArgumentTypes.ANY));
      if (misfit.isPresent()) {
        unfit.add(resource, place, misfit.get());
        return Condition.failing(NO_FIT);
      }
      checkConstant(resource, place, condition);
      return condition;
    } catch (InvalidConditionException e) {
      if (e.isReadable()) {
        unfit.add(resource, place, e.problem());
      } else {
        mistakes.add(resource, place, e.problem());
      }
      return Condition.failing(INVALID);
    }
  }

  private void checkConstant(Resource resource, String place, Condition condition) {
    if (condition.settled().orElse(null) instanceof Verdict.Fulfilled(var is)) {
      unfit.add(
          resource,
          place,
          is
              ? "is always true: leave it out"
              : "is always false: the rule never has a part, so take it out");
    }
  }

  private static Stream<String> actions(ToolRule rule) {
    return Stream.of(
            Optional.ofNullable(rule.actions()),
            Optional.ofNullable(rule.approve()),
            Optional.ofNullable(rule.deny()))
        .flatMap(Optional::stream)
        .flatMap(List::stream)
        .distinct();
  }
}
