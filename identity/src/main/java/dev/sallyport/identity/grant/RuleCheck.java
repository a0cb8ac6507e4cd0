package dev.sallyport.identity.grant;

import dev.sallyport.identity.grant.Considered.Says;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds rules on one resource that can never have a part in a decision. One use. */
final class RuleCheck {
  private final Unfit unfit;
  private final Resource resource;
  private final ResourceRules.Builder rules;
  private final Map<Alike, PolicyRule> firstAlike = new HashMap<>();
  private final Set<Entry> approvedOrBounded = new HashSet<>();

  /** Rules in force that say the same of an action under the same condition. */
  private record Alike(String action, Says says, String condition) {}

  /** An entry of the list of rules, by its place, that says something of an action. */
  private record Entry(String action, String place) {}

  RuleCheck(Unfit unfit, Resource resource, ResourceRules.Builder rules) {
    this.unfit = unfit;
    this.resource = resource;
    this.rules = rules;
  }

  void run() {
    for (var action : rules.actions()) {
      rules.naming(action).forEach(rule -> note(action, rule));
    }
    for (var action : rules.actions()) {
      checkHeld(action);
      checkDenied(action);
      checkRepeated(action);
      checkDeniedAlike(action);
      checkRepeatedAlike(action);
    }
  }

  /** Each rule is looked at beside all others, which may be thousands. */
  private void note(String action, PolicyRule rule) {
    if (rule.says() == Says.APPROVE || rule.says() == Says.LIMIT) {
      approvedOrBounded.add(new Entry(action, entry(rule)));
    }
    if (!rule.shadow()) {
      firstAlike.putIfAbsent(new Alike(action, rule.says(), condition(rule)), rule);
    }
  }

  /** An action is held only if it is granted: the want of an approval grants nothing. */
  private void checkHeld(String action) {
    var held = says(action, Says.APPROVE).toList();
    if (held.isEmpty()) {
      return;
    }
    boolean any = action.equals(Names.ANY) && all().anyMatch(rule -> rule.says() == Says.ALLOW);
    var grants = Stream.of(action, Names.ANY).flatMap(name -> says(name, Says.ALLOW)).toList();
    boolean inForce = grants.stream().anyMatch(rule -> !rule.shadow());
    for (var one : held) {
      if (!any && !inForce && (!one.shadow() || grants.isEmpty())) {
        unfit.add(resource, one.pointer(), "is not granted: name it in actions, too");
      }
    }
  }

  /** What is denied always is never granted. */
  private void checkDenied(String action) {
    var denial =
        Stream.of(action, Names.ANY)
            .distinct()
            .flatMap(name -> says(name, Says.DENY))
            .filter(rule -> rule.isUnconditional() && !rule.shadow())
            .findFirst();
    if (denial.isEmpty()) {
      return;
    }
    for (var rule : rules.naming(action)) {
      if (rule.says() == Says.ALLOW) {
        unfit.add(
            resource,
            rule.pointer(),
            "is never reached: %s denies it always".formatted(denial.get().pointer()));
      }
    }
  }

  /**
   * What was said of an action without a condition needs not be said again, with one or without.
   */
  private void checkRepeated(String action) {
    for (var says : List.of(Says.ALLOW, Says.DENY)) {
      var always =
          Stream.of(action, Names.ANY)
              .flatMap(name -> says(name, says))
              .filter(rule -> rule.isUnconditional() && !rule.shadow())
              .findFirst();
      if (always.isEmpty()) {
        continue;
      }
      boolean same = rules.naming(action).contains(always.get());
      for (var rule : says(action, says).toList()) {
        if (!rule.equals(always.get())
            && !rule.shadow()
            && (same || !rule.isUnconditional())
            && !hasMore(action, rule)) {
          unfit.add(
              resource,
              rule.pointer(),
              "changes nothing: %s says it always".formatted(always.get().pointer()));
        }
      }
    }
  }

  /** What is denied under the condition under which it is granted is never granted by that. */
  private void checkDeniedAlike(String action) {
    for (var rule : says(action, Says.ALLOW).toList()) {
      Stream.of(action, Names.ANY)
          .distinct()
          .flatMap(name -> alike(name, Says.DENY, rule).stream())
          .findFirst()
          .ifPresent(denial ->
              unfit.add(
                  resource,
                  rule.pointer(),
                  "is never reached: %s denies it under the same condition"
                      .formatted(denial.pointer())));
    }
  }

  /** What was said of an action under a condition needs not be said again under the same. */
  private void checkRepeatedAlike(String action) {
    for (var rule : rules.naming(action)) {
      if ((rule.says() != Says.ALLOW && rule.says() != Says.DENY)
          || rule.shadow()
          || hasMore(action, rule)) {
        continue;
      }
      alike(action, rule.says(), rule)
          .filter(first -> !first.equals(rule))
          .ifPresent(first ->
              unfit.add(
                  resource,
                  rule.pointer(),
                  "changes nothing: %s says it under the same condition"
                      .formatted(first.pointer())));
    }
  }

  /** The first rule in force on an action that has the condition of another one, which has one. */
  private Optional<PolicyRule> alike(String action, Says says, PolicyRule other) {
    var condition = condition(other);
    return condition.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(firstAlike.get(new Alike(action, says, condition)));
  }

  private static String condition(PolicyRule rule) {
    return rule.condition().text().strip();
  }

  /** Whether the same words have an action approved or bounded, too. */
  private boolean hasMore(String action, PolicyRule rule) {
    return approvedOrBounded.contains(new Entry(action, entry(rule)));
  }

  /** The entry of the list of rules that a rule stands in. */
  private static String entry(PolicyRule rule) {
    var parts = new ArrayList<>(List.of(rule.pointer().split("/", -1)));
    return String.join("/", parts.subList(0, Math.min(4, parts.size())));
  }

  private Stream<PolicyRule> all() {
    var found = new ArrayList<PolicyRule>();
    rules.actions().forEach(action -> found.addAll(rules.naming(action)));
    return found.stream();
  }

  private Stream<PolicyRule> says(String action, Says says) {
    return rules.naming(action).stream().filter(rule -> rule.says() == says);
  }
}
