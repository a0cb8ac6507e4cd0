package dev.sallyport.identity.grant;

import static dev.sallyport.identity.grant.GrantSamples.action;
import static dev.sallyport.identity.grant.GrantSamples.binding;
import static dev.sallyport.identity.grant.GrantSamples.compile;
import static dev.sallyport.identity.grant.GrantSamples.policy;
import static dev.sallyport.identity.grant.GrantSamples.principal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.Resource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that hold for policies of any kind: they are made up from seeds, which failures name. */
class GrantPropertiesTest {
  private static final int SEEDS = 100;
  private static final List<String> SERVERS = List.of("s1", "s2", "r1");
  private static final List<String> TOOLS = List.of("t1", "t2", "read", "*");
  private static final List<String> RESOURCES = List.of("r1", "r2", "s1");
  private static final List<String> ACTIONS = List.of("read", "write", "t1", "*");
  private static final List<String> MODELS = List.of("fast", "slow", "*");

  /** One rule, as a model of what it means. */
  private record Rule(String resource, List<String> actions, List<String> deny) {
    String json() {
      return "{'resource': '%s'%s%s}"
          .formatted(resource, list("actions", actions), list("deny", deny));
    }

    private static String list(String name, List<String> values) {
      return values.isEmpty() ? "" : ", '%s': %s".formatted(name, quoted(values));
    }
  }

  /** What one seed made up. */
  private record Sample(
      Map<String, List<Rule>> rules,
      Map<String, List<String>> models,
      Map<Target.Tool, BoundAction> bound) {}

  @Test
  void decidesAsAPlainReadingOfTheDocumentsDoes() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var sample = sample(new Random(seed));
      var authority = authority(sample);
      for (var who : List.of("a", "b", "c")) {
        for (var server : SERVERS) {
          for (var tool : TOOLS) {
            var decision =
                authority.decide(action(principal(id(who)), new Target.Tool(server, tool)));
            assertThat(decision instanceof Allowed)
                .as("seed %d: %s %s/%s in %s", seed, who, server, tool, sample)
                .isEqualTo(granted(sample, who, server, tool));
          }
        }
        for (var model : List.of("fast", "slow", "other")) {
          var decision = authority.decide(action(principal(id(who)), new Target.Model(model)));
          var allowed = sample.models().getOrDefault(who, List.of());
          assertThat(decision instanceof Allowed)
              .as("seed %d: %s %s in %s", seed, who, model, sample)
              .isEqualTo(allowed.contains(model) || allowed.contains("*"));
        }
      }
    }
  }

  @Test
  void showsJustWhatItAllowsAndAnswersAlikeForTheRest() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var authority = authority(sample(new Random(seed)));
      for (var target : targets()) {
        for (var who : List.of("a", "b", "c")) {
          var principal = principal(id(who));
          var decision = authority.decide(action(principal, target));
          assertThat(authority.visible(principal, target))
              .as("seed %d: %s %s", seed, who, target)
              .isEqualTo(decision instanceof Allowed);
          if (decision instanceof Denied denied) {
            assertThat(denied.refusal())
                .isEqualTo(
                    target instanceof Target.Model
                        ? RefusalCode.UNKNOWN_MODEL
                        : RefusalCode.UNKNOWN_TOOL);
          }
        }
      }
    }
  }

  /** AZ-04: a server that is not there yet is known to just those who could be granted a part. */
  @Test
  void knowsOfAServerWhoeverCouldBeGrantedAnythingThatItMayHave() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var sample = sample(new Random(seed));
      var authority = authority(sample);
      var unbound = new Sample(sample.rules(), sample.models(), Map.of());
      for (var who : List.of("a", "b", "c")) {
        for (var server : SERVERS) {
          boolean granted =
              TOOLS.stream().anyMatch(tool -> granted(sample, who, server, tool))
                  || Stream.concat(ACTIONS.stream(), Stream.of("other"))
                      .anyMatch(action -> granted(unbound, who, server, action));
          assertThat(authority.mayKnow(principal(id(who)), server))
              .as("seed %d: %s %s in %s", seed, who, server, sample)
              .isEqualTo(granted);
        }
      }
    }
  }

  @Test
  void neverGrantsMoreWhenADenialIsAdded() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var sample = sample(random);
      var before = authority(sample);
      var more = new TreeMap<>(sample.rules());
      more.replaceAll((_, rules) -> {
        var changed = new ArrayList<>(rules);
        changed.add(new Rule(one(random, RESOURCES), List.of(), List.of(one(random, ACTIONS))));
        return changed;
      });
      var after = authority(new Sample(more, sample.models(), sample.bound()));
      for (var target : targets()) {
        for (var who : List.of("a", "b")) {
          if (after.visible(principal(id(who)), target)) {
            assertThat(before.visible(principal(id(who)), target))
                .as("seed %d: %s %s", seed, who, target)
                .isTrue();
          }
        }
      }
    }
  }

  @Test
  void grantsNothingOfOnesPolicyToAnother() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var sample = sample(new Random(seed));
      var alone = new TreeMap<>(sample.rules());
      alone.remove("b");
      var modelsAlone = new TreeMap<>(sample.models());
      modelsAlone.remove("b");
      var both = authority(sample);
      var one = authority(new Sample(alone, modelsAlone, sample.bound()));
      for (var target : targets()) {
        assertThat(both.visible(principal(id("a")), target))
            .as("seed %d: %s", seed, target)
            .isEqualTo(one.visible(principal(id("a")), target));
      }
    }
  }

  /** The rules of policies, read the slow way. */
  private static boolean granted(Sample sample, String who, String server, String tool) {
    var bound =
        sample.bound().getOrDefault(new Target.Tool(server, tool), new BoundAction(server, tool));
    var rules =
        sample.rules().getOrDefault(who, List.of()).stream()
            .filter(rule -> rule.resource().equals(bound.resource()))
            .toList();
    boolean denied =
        rules.stream().anyMatch(r -> r.deny().contains(bound.action()) || r.deny().contains("*"));
    boolean allowed =
        rules.stream()
            .anyMatch(r -> r.actions().contains(bound.action()) || r.actions().contains("*"));
    return allowed && !denied;
  }

  private static List<Target> targets() {
    var targets = new ArrayList<Target>();
    for (var server : SERVERS) {
      for (var tool : TOOLS) {
        targets.add(new Target.Tool(server, tool));
      }
    }
    for (var model : List.of("fast", "slow", "other", "guard")) {
      targets.add(new Target.Model(model));
    }
    return targets;
  }

  private static Sample sample(Random random) {
    var rules = new TreeMap<String, List<Rule>>();
    var models = new TreeMap<String, List<String>>();
    for (var who : List.of("a", "b")) {
      var some = new ArrayList<Rule>();
      for (int i = random.nextInt(4); i > 0; i--) {
        var actions = some(random, ACTIONS);
        var deny = some(random, ACTIONS);
        if (!actions.isEmpty() || !deny.isEmpty()) {
          some.add(new Rule(one(random, RESOURCES), actions, deny));
        }
      }
      rules.put(who, some);
      models.put(who, some(random, MODELS));
    }
    var bound = new LinkedHashMap<Target.Tool, BoundAction>();
    for (var server : SERVERS) {
      for (var tool : TOOLS) {
        if (random.nextInt(3) == 0) {
          bound.put(
              new Target.Tool(server, tool),
              new BoundAction(one(random, RESOURCES), one(random, List.of("read", "write"))));
        }
      }
    }
    return new Sample(rules, models, bound);
  }

  private static GrantAuthority authority(Sample sample) {
    var resources = new ArrayList<Resource>();
    sample.rules().forEach((who, rules) -> resources.add(document(who, rules, sample)));
    int count = 0;
    for (var entry : sample.bound().entrySet()) {
      var tool = entry.getKey();
      var to = entry.getValue();
      resources.add(
          binding(
              "b" + count++,
              "{'server': '%s', 'tools': {'%s': {'resource': '%s', 'action': '%s'}}}"
                  .formatted(tool.server(), tool.tool(), to.resource(), to.action())));
    }
    var authority =
        new GrantAuthority(Optional.of("guard"), TurnFacts.CLEAN, InstantSource.system());
    authority.use(compile(resources.toArray(Resource[]::new)));
    return authority;
  }

  private static Resource document(String who, List<Rule> rules, Sample sample) {
    var models = sample.models().getOrDefault(who, List.of());
    var spec = new StringBuilder("{'identity': {'workload': '").append(id(who)).append("'}");
    if (!models.isEmpty()) {
      spec.append(", 'models': {'allow': ").append(quoted(models)).append('}');
    }
    var reachable = reachable(rules);
    if (!reachable.isEmpty()) {
      spec.append(
          reachable.stream()
              .map(Rule::json)
              .collect(Collectors.joining(", ", ", 'tools': [", "]")));
    }
    return policy(who, spec.append('}').toString());
  }

  /** The same without what can never have a part, which no document may say. */
  private static List<Rule> reachable(List<Rule> rules) {
    var said = new HashSet<String>();
    var left = new ArrayList<Rule>();
    for (var rule : rules) {
      var actions =
          rule.actions().stream()
              .filter(action -> !isDenied(rules, rule.resource(), action))
              .filter(action -> said.add("allow " + rule.resource() + " " + action))
              .toList();
      var deny =
          rule.deny().stream()
              .filter(action -> said.add("deny " + rule.resource() + " " + action))
              .toList();
      if (!actions.isEmpty() || !deny.isEmpty()) {
        left.add(new Rule(rule.resource(), actions, deny));
      }
    }
    return left;
  }

  private static boolean isDenied(List<Rule> rules, String resource, String action) {
    return rules.stream()
        .filter(rule -> rule.resource().equals(resource))
        .anyMatch(rule -> rule.deny().contains(action) || rule.deny().contains("*"));
  }

  private static String id(String who) {
    return "spiffe://prod/" + who;
  }

  private static String quoted(List<String> values) {
    return values.stream().collect(Collectors.joining("', '", "['", "']"));
  }

  private static <T> T one(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static <T> List<T> some(Random random, List<T> values) {
    return values.stream().filter(_ -> random.nextInt(3) == 0).toList();
  }
}
