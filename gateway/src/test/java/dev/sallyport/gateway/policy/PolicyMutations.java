package dev.sallyport.gateway.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Policies that are wrong in one place each, made mechanically from right ones. */
final class PolicyMutations {
  private static final Pattern COMPARISON = Pattern.compile("<=|>=|==|!=|<|>|&&|\\|\\|");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.\"'-])[0-9]+(?![\\w.\"'-])");
  private static final Pattern TEXT = Pattern.compile("'[^']*'");
  private static final Pattern NEGATION = Pattern.compile("!(?=[a-z(])");

  private final List<Resource> policies;
  private final List<Mutant> mutants = new ArrayList<>();

  /**
   * A wrong set of policies.
   *
   * @param name what was changed, and where
   * @param workload whom it is about; empty if it is about all
   * @param policies the wrong document, and those without which it says nothing
   */
  record Mutant(String name, Optional<String> workload, List<Resource> policies) {}

  private PolicyMutations(List<Resource> policies) {
    this.policies = policies;
  }

  static List<Mutant> of(List<Resource> policies) {
    var mutations = new PolicyMutations(policies);
    for (int i = 0; i < policies.size(); i++) {
      mutations.mutate(i);
    }
    return mutations.mutants;
  }

  private void mutate(int policy) {
    var spec = policies.get(policy).spec();
    dropEach(policy, "/models/allow");
    widen(policy, "/models/allow");
    if (spec.path("models").has("when")) {
      change(
          policy,
          "drop when",
          "/models",
          other -> ((ObjectNode) other.path("models")).remove("when"));
    }
    int rules = spec.path("tools").isArray() ? spec.path("tools").size() : 0;
    for (int rule = 0; rule < rules; rule++) {
      mutateRule(policy, "/tools/" + rule, (ObjectNode) spec.path("tools").get(rule));
    }
    mutateBindings(policy, spec);
  }

  private void mutateRule(int policy, String at, ObjectNode rule) {
    for (var list : List.of("actions", "approve", "deny")) {
      dropEach(policy, at + "/" + list);
    }
    widen(policy, at + "/actions");
    widen(policy, at + "/deny");
    widen(policy, at + "/approve");
    change(policy, "drop rule", at, spec -> rules(spec).remove(index(at)));
    change(policy, "change resource", at, spec -> rule(spec, at).put("resource", "elsewhere"));
    swap(policy, at, rule, "actions", "deny");
    swap(policy, at, rule, "approve", "deny");
    toggleShadow(policy, at, rule);
    if (rule.path("limits") instanceof ObjectNode limits) {
      change(policy, "drop limits", at, spec -> rule(spec, at).remove("limits"));
      limits
          .propertyStream()
          .forEach(limit -> changeLimit(policy, at, limit.getKey(), limit.getValue().asInt()));
    }
    if (rule.has("when")) {
      change(policy, "drop when", at, spec -> rule(spec, at).remove("when"));
      mutateCondition(policy, at, rule.path("when").asText());
    }
  }

  private void changeLimit(int policy, String at, String limit, int value) {
    for (int other : List.of(value - 1, value + 1)) {
      change(
          policy,
          "change limit " + limit + " to " + other,
          at,
          spec -> ((ObjectNode) rule(spec, at).path("limits")).put(limit, other));
    }
  }

  private void toggleShadow(int policy, String at, ObjectNode rule) {
    boolean shadow = rule.path("shadow").asBoolean();
    change(
        policy,
        shadow ? "put shadow in force" : "make shadow",
        at,
        spec -> rule(spec, at).put("shadow", !shadow));
  }

  private void mutateCondition(int policy, String at, String when) {
    condition(policy, at, "negate when", "!(" + when + ")");
    COMPARISON
        .matcher(when)
        .results()
        .forEach(found ->
            others(found.group())
                .forEach(other ->
                    condition(
                        policy,
                        at,
                        "flip " + found.group() + " to " + other + " at " + found.start(),
                        when.substring(0, found.start()) + other + when.substring(found.end()))));
    NUMBER
        .matcher(when)
        .results()
        .forEach(found -> {
          for (long by : List.of(-1L, 1L)) {
            var other = String.valueOf(Long.parseLong(found.group()) + by);
            condition(
                policy,
                at,
                "change bound " + found.group() + " to " + other + " at " + found.start(),
                when.substring(0, found.start()) + other + when.substring(found.end()));
          }
        });
    TEXT.matcher(when)
        .results()
        .forEach(found ->
            condition(
                policy,
                at,
                "change text " + found.group(),
                when.substring(0, found.end() - 1) + "~'" + when.substring(found.end())));
    NEGATION
        .matcher(when)
        .results()
        .forEach(found ->
            condition(
                policy,
                at,
                "drop ! at " + found.start(),
                when.substring(0, found.start()) + when.substring(found.end())));
  }

  private static List<String> others(String comparison) {
    return switch (comparison) {
      case "<=" -> List.of("<", ">");
      case "<" -> List.of("<=", ">=");
      case ">=" -> List.of(">", "<");
      case ">" -> List.of(">=", "<=");
      case "==" -> List.of("!=");
      case "!=" -> List.of("==");
      case "&&" -> List.of("||");
      default -> List.of("&&");
    };
  }

  private void condition(int policy, String at, String name, String when) {
    change(policy, name, at, spec -> rule(spec, at).put("when", when));
  }

  /** A bound thing under another action, or not bound at all. */
  private void mutateBindings(int policy, ObjectNode spec) {
    for (var kind : List.of("tools", "prompts")) {
      if (spec.path(kind) instanceof ObjectNode bound) {
        for (var name : List.copyOf(bound.propertyStream().map(one -> one.getKey()).toList())) {
          change(
              policy,
              "unbind " + name,
              "/" + kind,
              other -> ((ObjectNode) other.path(kind)).remove(name));
          change(
              policy,
              "bind " + name + " to another action",
              "/" + kind,
              other -> ((ObjectNode) other.path(kind).path(name)).put("action", "another"));
        }
      }
    }
  }

  private void dropEach(int policy, String at) {
    var list = policies.get(policy).spec().at(at);
    for (int i = 0; i < list.size(); i++) {
      int one = i;
      change(policy, "drop " + list.get(i).asText(), at, spec -> remove(spec, at, one));
    }
  }

  private void widen(int policy, String at) {
    if (policies.get(policy).spec().at(at) instanceof ArrayNode list && !hasAny(list)) {
      change(policy, "widen to *", at, spec -> ((ArrayNode) spec.at(at)).removeAll().add("*"));
    }
  }

  private static boolean hasAny(ArrayNode list) {
    return list.valueStream().anyMatch(one -> one.asText().equals("*"));
  }

  private void swap(int policy, String at, ObjectNode rule, String one, String other) {
    if (!rule.has(one) && !rule.has(other)) {
      return;
    }
    change(
        policy,
        "swap " + one + " and " + other,
        at,
        spec -> {
          var changed = rule(spec, at);
          var first = changed.remove(one);
          var second = changed.remove(other);
          if (first != null) {
            changed.set(other, first);
          }
          if (second != null) {
            changed.set(one, second);
          }
        });
  }

  private static ArrayNode rules(ObjectNode spec) {
    return (ArrayNode) spec.path("tools");
  }

  private static ObjectNode rule(ObjectNode spec, String at) {
    return (ObjectNode) spec.at(at);
  }

  private static int index(String at) {
    return Integer.parseInt(at.substring(at.lastIndexOf('/') + 1));
  }

  /** Takes an element out, and the list with it if it was the last: an empty one is a mistake. */
  private static void remove(ObjectNode spec, String at, int index) {
    var list = (ArrayNode) spec.at(at);
    list.remove(index);
    if (list.isEmpty()) {
      ((ObjectNode) spec.at(at.substring(0, at.lastIndexOf('/'))))
          .remove(at.substring(at.lastIndexOf('/') + 1));
    }
  }

  private void change(int policy, String kind, String at, Consumer<ObjectNode> how) {
    var right = policies.get(policy);
    var spec = right.spec().deepCopy();
    how.accept(spec);
    var changed = new ArrayList<>(policies);
    changed.set(
        policy, new Resource(right.apiVersion(), right.kind(), right.name(), right.labels(), spec));
    var workload =
        Optional.of(right.spec().at("/identity/workload").asText()).filter(one -> !one.isEmpty());
    if (workload.isPresent()) {
      // Other workloads are not touched: what is left out is not compiled again for nothing.
      changed.removeIf(one -> isOfAnother(one, right));
    }
    mutants.add(new Mutant(right.name() + at + ": " + kind, workload, changed));
  }

  private static boolean isOfAnother(Resource one, Resource right) {
    return one.spec().path("identity").has("workload") && !one.name().equals(right.name());
  }
}
