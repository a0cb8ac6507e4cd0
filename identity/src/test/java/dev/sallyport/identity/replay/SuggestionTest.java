package dev.sallyport.identity.replay;

import static dev.sallyport.identity.replay.Histories.binding;
import static dev.sallyport.identity.replay.Histories.compile;
import static dev.sallyport.identity.replay.Histories.policy;
import static dev.sallyport.identity.replay.Histories.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.resource.Resource;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** The least policy that covers what was done, and covers all of it. */
class SuggestionTest {
  private static final String WHO = "spiffe://prod/agent/a";
  private static final Target QUERY = new Target.Tool("crm", "query");
  private static final int SEEDS = 150;

  private static final Resource BINDING =
      binding(
          "crm",
          "{'server': 'crm', 'tools': {'query': {'resource': 'accounts', 'action': 'read'}}}");
  private static final Resource WIDE =
      policy(
          "wide",
          "{'identity': {'workload': '"
              + WHO
              + "'}, 'models': {'allow': ['*'], 'budget': {'daily_usd': 5}},"
              + " 'tools': [{'resource': 'accounts', 'actions': ['*'], 'deny': ['drop']},"
              + " {'resource': 'crm', 'actions': ['*']}, {'resource': 'mail', 'actions': ['*'],"
              + " 'approve': ['send']}], 'containment': {'tainted_read': true}}");

  @Test
  void grantsWhatWasDoneAndNotWhatWasNot() {
    var history = new Histories(compile(WIDE, BINDING));
    history.call(WHO, QUERY, args());
    history.call(WHO, new Target.Tool("mail", "send"), args());
    history.call(WHO, new Target.Tool("mail", "list"), args());
    history.call(WHO, new Target.Tool("far", "any"), args());
    history.call(WHO, new Target.Model("fast"), args());
    history.call("spiffe://prod/agent/b", new Target.Tool("mail", "other"), args());

    var suggested = suggested(history, compile(WIDE, BINDING), Optional.of(WIDE));

    assertThat(suggested.resources()).hasSize(1);
    assertThat(suggested.resources().getFirst().name()).isEqualTo("wide");
    assertThat(suggested.resources().getFirst().spec())
        .isEqualTo(
            tree(
                "{'identity': {'workload': '"
                    + WHO
                    + "'}, 'models': {'allow': ['fast'], 'budget': {'daily_usd': 5}}, 'tools':"
                    + " [{'resource': 'accounts', 'actions': ['read']}, {'resource': 'mail',"
                    + " 'actions': ['list']}, {'resource': 'mail', 'actions': ['send'], 'approve':"
                    + " ['send']}], 'containment': {'tainted_read': true}}"));
    assertThat(suggested.denied()).containsOnlyKeys("tool far/any (no_rule)");
  }

  @Test
  void saysNothingOfArgumentsOfWhichTooLittleWasSeen() {
    assertThat(condition(ObservedArguments.FEWEST_CALLS - 1, i -> args().put("limit", i)))
        .isEmpty();
    assertThat(condition(ObservedArguments.FEWEST_CALLS, i -> args().put("limit", i)))
        .contains("args.limit >= 0 && args.limit <= 9");
  }

  @Test
  void saysWhatAllCallsAgreeOn() {
    assertThat(condition(20, i -> args().put("limit", 5))).contains("args.limit == 5");
    assertThat(condition(20, i -> args().put("dry", true))).contains("args.dry == true");
    assertThat(condition(20, i -> args().put("dry", i % 2 == 0))).isEmpty();
    assertThat(condition(20, i -> args().put("to", "a\\\"'b")))
        .contains("args.to == \"a\\\\\\\"'b\"");
    assertThat(condition(20, i -> args().put("region", "r" + i % 5)))
        .contains("args.region in [\"r0\", \"r1\", \"r2\", \"r3\", \"r4\"]");
    assertThat(condition(20, i -> args().put("region", "r" + i % 6))).isEmpty();
    assertThat(condition(20, i -> i < 10 ? args().put("limit", i) : args()))
        .contains("(!has(args.limit) || (args.limit >= 0 && args.limit <= 9))");
    assertThat(condition(20, i -> args().put("a", 1).put("b", "x")))
        .contains("args.a == 1 && args.b == \"x\"");
  }

  @Test
  void saysNothingWhereEvidenceDoesNotSupportIt() {
    assertThat(condition(20, i -> i == 7 ? args().put("limit", "5") : args().put("limit", 5)))
        .isEmpty();
    assertThat(condition(20, i -> args().put("limit", 5.5))).isEmpty();
    assertThat(condition(20, i -> args().putNull("limit"))).isEmpty();
    assertThat(condition(20, i -> args().put("x-y", 5).put("in", 5).put("", 5))).isEmpty();
    assertThat(condition(20, i -> args().put("text", "\u00e9"))).isEmpty();
    assertThat(condition(20, i -> args().put("text", "{{txt#1.abc}}"))).isEmpty();
    assertThat(condition(20, i -> args().put("text", "x".repeat(65)))).isEmpty();
    assertThat(condition(20, i -> args().put("big", new BigInteger("9223372036854775808"))))
        .isEmpty();
    assertThat(condition(20, i -> args().set("list", JsonNodeFactory.instance.arrayNode())))
        .isEmpty();
  }

  @Test
  void saysNothingOfArgumentsThatAreNotRecordedInEachCall() {
    var history = new Histories(compile(WIDE, BINDING));
    for (int i = 0; i < 20; i++) {
      var arguments = args().put("limit", 5).put("other", 5);
      history.call(WHO, QUERY, partly(arguments, i == 3 ? Set.of() : Set.of("/limit")), arguments);
    }
    assertThat(rules(history))
        .extracting(SuggestedPolicy.Rule::condition)
        .containsOnly(Optional.empty());

    var partly = new Histories(compile(WIDE, BINDING));
    for (int i = 0; i < 20; i++) {
      var arguments = args().put("limit", 5).put("other", 5);
      partly.call(WHO, QUERY, partly(arguments, Set.of("/limit", "/none")), arguments);
    }
    assertThat(rules(partly))
        .extracting(SuggestedPolicy.Rule::condition)
        .containsOnly(Optional.of("args.limit == 5"));
  }

  @Test
  void bindsWhatPoliciesHaveNoWordFor() {
    var history = new Histories(compile(WIDE));
    history.call(WHO, new Target.Tool("crm", "get all"), args());
    history.call(WHO, new Target.Tool("crm", "get*all"), args());

    var suggested = suggested(history, compile(WIDE), Optional.empty());

    assertThat(suggested.resources()).hasSize(2);
    assertThat(suggested.resources().get(1).spec())
        .isEqualTo(
            tree(
                "{'server': 'crm', 'tools': {'get all': {'resource': 'crm', 'action': 'get-all'},"
                    + " 'get*all': {'resource': 'crm', 'action': 'get-all-2'}}}"));
    assertThat(history.replay(compile(suggested.resources())).changed()).isEmpty();
  }

  @Test
  void writesNothingIntoAFileThatCouldEndAComment() {
    var history = new Histories(compile(WIDE));
    history.call(WHO, new Target.Tool("far", "x\nspec: {}\u2028y"), args());

    assertThat(suggested(history, compile(WIDE), Optional.empty()).yaml())
        .contains("# denied: 1 calls of tool far/x?spec: {}?y (no_rule)\n")
        .doesNotContain("\nspec: {}");
  }

  /** Whatever a workload did under whatever policy: its suggestion denies none of it. */
  @Test
  void deniesNothingThatWasAllowedOfAnyHistory() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var resources = RandomPolicies.resources(random);
      var policies = compile(resources);
      var history = new Histories(policies);
      int calls = 1 + random.nextInt(80);
      for (int i = 0; i < calls; i++) {
        var arguments = RandomPolicies.arguments(random);
        var recorded = RandomPolicies.recorded(random, arguments);
        history.call(WHO, RandomPolicies.target(random), recorded, arguments);
      }
      var standing = Optional.of(resources.getFirst());
      var suggested = suggested(history, policies, standing);
      var others = new ArrayList<>(resources.subList(1, resources.size()));
      others.addAll(suggested.resources());

      var report = history.replay(compile(others));

      assertThat(report.newly(Effect.DENY)).as("seed %d: %s", seed, report).isZero();
      assertThat(report.changed())
          .as("seed %d: %s", seed, report)
          .allMatch(one -> isUsed(history, policies, one.target()));
      assertThat(report.undecided()).as("seed %d", seed).isEmpty();
    }
  }

  /** Whether something that policies call the same was called and not denied. */
  private static boolean isUsed(Histories history, PolicySet policies, Target target) {
    return history.made().stream()
        .anyMatch(one ->
            policies.bound(one.target()).equals(policies.bound(target))
                && !one.effect().equals(Optional.of(Effect.DENY)));
  }

  private static Optional<String> condition(int calls, IntFunction<ObjectNode> arguments) {
    var history = new Histories(compile(WIDE, BINDING));
    for (int i = 0; i < calls; i++) {
      history.call(WHO, QUERY, arguments.apply(i));
    }
    var policies = compile(WIDE, BINDING);
    var suggested = suggested(history, policies, Optional.of(WIDE));
    var resources = new ArrayList<>(List.of(BINDING));
    resources.addAll(suggested.resources());
    assertThat(history.replay(compile(resources)).changed()).isEmpty();
    return suggested.rules().getFirst().condition();
  }

  private static List<SuggestedPolicy.Rule> rules(Histories history) {
    return suggested(history, compile(WIDE, BINDING), Optional.empty()).rules();
  }

  private static SuggestedPolicy suggested(
      Histories history, PolicySet policies, Optional<Resource> standing) {
    var suggestion = new Suggestion(new PrincipalId(WHO), policies);
    history.made().forEach(suggestion::add);
    return suggestion.suggested(standing);
  }

  private static RecordedArguments partly(ObjectNode arguments, Set<String> known) {
    var tree = args();
    known.forEach(pointer -> {
      var value = arguments.at(pointer);
      if (!value.isMissingNode()) {
        tree.set(pointer.substring(1), value);
      }
    });
    return new RecordedArguments(tree, false, known, false);
  }

  private static ObjectNode args() {
    return JsonNodeFactory.instance.objectNode();
  }
}
