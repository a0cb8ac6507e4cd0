package dev.sallyport.identity.grant;

import dev.sallyport.identity.grant.Considered.Says;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds rules on one resource that can never have a part in a decision. One use. */
final class RuleCheck {
  private final Unfit unfit;
  private final Resource resource;
  private final ResourceRules.Builder rules;

  RuleCheck(Unfit unfit, Resource resource, ResourceRules.Builder rules) {
    this.unfit = unfit;
    this.resource = resource;
    this.rules = rules;
  }

  void run() {
    for (var action : rules.actions()) {
      checkHeld(action);
      checkDenied(action);
      checkRepeated(action);
      checkDeniedAlike(action);
      checkRepeatedAlike(action);
    }
  }

  /** An action is held only if it is granted: the want of an approval grants nothing. */
  private void checkHeld(String action) {
    for (var held : says(action, Says.APPROVE).toList()) {
      boolean granted =
          all().anyMatch(rule -> rule.says() == Says.ALLOW && action.equals(Names.ANY))
              || Stream.of(action, Names.ANY)
                  .flatMap(name -> says(name, Says.ALLOW))
                  .anyMatch(rule -> held.shadow() || !rule.shadow());
      if (!granted) {
        unfit.add(resource, held.pointer(), "is not granted: name it in actions, too");
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
          .flatMap(name -> alike(name, Says.DENY, rule))
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
          .findFirst()
          .filter(first -> !first.equals(rule))
          .ifPresent(first ->
              unfit.add(
                  resource,
                  rule.pointer(),
                  "changes nothing: %s says it under the same condition"
                      .formatted(first.pointer())));
    }
  }

  /** The rules in force on an action that have the condition of another one, which has one. */
  private Stream<PolicyRule> alike(String action, Says says, PolicyRule other) {
    var text = other.condition().text().strip();
    return text.isEmpty()
        ? Stream.empty()
        : says(action, says)
            .filter(rule -> !rule.shadow() && rule.condition().text().strip().equals(text));
  }

  /** Whether the same words have an action approved or bounded, too. */
  private boolean hasMore(String action, PolicyRule rule) {
    var entry = entry(rule);
    return rules.naming(action).stream()
        .filter(other -> other.says() == Says.APPROVE || other.says() == Says.LIMIT)
        .anyMatch(other -> entry(other).equals(entry));
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
