package dev.sallyport.identity.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.BoundAction;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The least policy that covers what one principal was allowed to do, as evidence tells it. What it
 * was denied stays out of it, and so does what nobody has asked for yet. For one thread.
 *
 * <p>Made again under this policy, no decision that allowed or held a call denies it.
 */
public final class Suggestion {
  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e&&[^*]]{1,256}");

  private final PrincipalId principal;
  private final PolicySet policies;
  private final Map<String, Long> models = new TreeMap<>();
  private final Map<Words, Use> uses = new TreeMap<>();
  private final Map<String, Long> denied = new TreeMap<>();
  private final Map<Target, String> renamed = new TreeMap<>(Suggestion::byText);
  private long calls;

  /**
   * An empty one.
   *
   * @param policies by whose bindings targets are named
   */
  public Suggestion(PrincipalId principal, PolicySet policies) {
    this.principal = principal;
    this.policies = policies;
  }

  private static int byText(Target one, Target other) {
    return String.valueOf(one).compareTo(String.valueOf(other));
  }

  /** A resource and an action, in the words of policies. */
  record Words(String resource, String action) implements Comparable<Words> {
    @Override
    public int compareTo(Words other) {
      int first = resource.compareTo(other.resource);
      return first == 0 ? action.compareTo(other.action) : first;
    }
  }

  /** How an action was used. */
  private static final class Use {
    private final TreeSet<Target> targets = new TreeSet<>(Suggestion::byText);
    private final ObservedArguments arguments = new ObservedArguments();
    private long calls;
    private long held;
  }

  /** Takes in a decision; those of others are left out. */
  public void add(RecordedDecision recorded) {
    if (!recorded.principal().id().equals(principal) || recorded.effect().isEmpty()) {
      return;
    }
    calls++;
    switch (recorded.effect().get()) {
      case ALLOW -> use(recorded, false);
      case APPROVE -> use(recorded, true);
      case DENY, LIMIT -> deny(recorded);
    }
  }

  private void use(RecordedDecision recorded, boolean held) {
    var target = recorded.target();
    if (target instanceof Target.Model(var alias)) {
      models.merge(alias, 1L, Long::sum);
      return;
    }
    var words = words(target);
    if (words.isEmpty()) {
      deny(recorded);
      return;
    }
    var use = uses.computeIfAbsent(words.get(), _ -> new Use());
    use.calls++;
    use.held += held ? 1 : 0;
    use.targets.add(target);
    use.arguments.add(recorded.arguments());
  }

  private void deny(RecordedDecision recorded) {
    var reason = recorded.reason().isEmpty() ? "now unclear" : recorded.reason();
    denied.merge(TargetText.of(recorded.target()) + " (" + reason + ")", 1L, Long::sum);
  }

  /** What policies call a target. What they have no word for gets one by a binding. */
  private Optional<Words> words(Target target) {
    return policies.bound(target).map(bound -> new Words(bound.resource(), action(target, bound)));
  }

  private String action(Target target, BoundAction bound) {
    return NAME.matcher(bound.action()).matches()
        ? bound.action()
        : renamed.computeIfAbsent(target, _ -> free(bound.action()));
  }

  private String free(String action) {
    var plain = action.replaceAll("[^A-Za-z0-9._/-]", "-");
    var stem = plain.substring(0, Math.min(plain.length(), 200));
    var name = stem;
    for (int i = 2; renamed.containsValue(name) || isUsed(name); i++) {
      name = stem + "-" + i;
    }
    return name;
  }

  private boolean isUsed(String action) {
    return uses.keySet().stream().anyMatch(words -> words.action().equals(action));
  }

  /** How many of its decisions were taken in. */
  public long calls() {
    return calls;
  }

  /**
   * The policy, and the bindings that it needs.
   *
   * @param standing the policy that it has, whose other terms stay; empty if it has none
   */
  public SuggestedPolicy suggested(Optional<Resource> standing) {
    return new SuggestedPolicy(principal, standing, models, rules(), bindings(), denied, calls);
  }

  private List<SuggestedPolicy.Rule> rules() {
    var rules = new ArrayList<SuggestedPolicy.Rule>();
    uses.forEach((words, use) -> {
      var condition =
          use.targets.size() == 1 && hasArguments(use.targets.first())
              ? use.arguments.condition()
              : Optional.<String>empty();
      rules.add(
          new SuggestedPolicy.Rule(
              words.resource(), words.action(), use.held > 0, condition, use.calls, use.held));
    });
    return rules;
  }

  /** What can be read has no arguments beside its name. */
  private static boolean hasArguments(Target target) {
    return target instanceof Target.Tool || target instanceof Target.Prompt;
  }

  private Map<String, ObjectNode> bindings() {
    var bindings = new TreeMap<String, ObjectNode>();
    renamed.forEach((target, action) -> {
      switch (target) {
        case Target.Tool(var server, var tool) -> bind(bindings, server, "tools", tool, action);
        case Target.Prompt(var server, var name) -> bind(bindings, server, "prompts", name, action);
        default -> throw new IllegalStateException("reading always has a word");
      }
    });
    return bindings;
  }

  private static void bind(
      Map<String, ObjectNode> bindings, String server, String kind, String name, String action) {
    bindings
        .computeIfAbsent(server, _ -> JsonNodeFactory.instance.objectNode().put("server", server))
        .withObject("/" + kind)
        .putObject(name)
        .put("resource", server)
        .put("action", action);
  }
}
