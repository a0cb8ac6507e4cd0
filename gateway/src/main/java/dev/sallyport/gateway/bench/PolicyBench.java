package dev.sallyport.gateway.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.grant.GrantAuthority;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.grant.TurnFacts;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** How long a decision takes, by how many policies there are. */
final class PolicyBench {
  static final String NAME = "policy";

  private static final int ROUNDS = 3;
  private static final int FEW = 10;
  private static final int MANY = 10_000;
  private static final long SEED = 42;
  private static final List<Target> TARGETS =
      List.of(Target.atMost("policy.p99_us." + MANY, 50, 5));

  private PolicyBench() {}

  /** Measures it. */
  static BenchReport run(Duration time) {
    var measures = new LinkedHashMap<String, Measure>();
    for (int policies : List.of(FEW, MANY)) {
      var cases = Cases.of(policies);
      decide(cases, time); // warms up
      var p50 = new double[ROUNDS];
      var p99 = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        var took = decide(cases, time);
        p50[round] = took.quantile(0.5) / 1e3;
        p99[round] = took.quantile(0.99) / 1e3;
      }
      measures.put("policy.p50_us." + policies, Measure.of(p50));
      measures.put("policy.p99_us." + policies, Measure.of(p99));
    }
    return new BenchReport(
        NAME,
        "tool calls of random workloads, half of them granted on a condition on an argument",
        "nothing",
        List.of(),
        measures,
        TARGETS);
  }

  private static Histogram decide(Cases cases, Duration time) {
    var took = new Histogram();
    long end = System.nanoTime() + time.toNanos();
    long granted = 0;
    long before = System.nanoTime();
    for (int i = 0; before < end; i++) {
      var action = cases.actions.get(i % cases.actions.size());
      if (cases.authority.decide(action) instanceof Decision.Allowed) {
        granted++;
      }
      long after = System.nanoTime();
      took.record(after - before);
      before = after;
    }
    if (granted == 0 || granted == took.count()) {
      throw new IllegalStateException("the sample decides all alike");
    }
    return took;
  }

  /** Policies in force, and actions to decide. */
  private record Cases(GrantAuthority authority, List<Action> actions) {
    private static final int ACTIONS = 4_096;

    /** So many different conditions are in the policies. */
    private static final int CONDITIONS = 100;

    static Cases of(int policies) {
      var authority = new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
      var resources = new ArrayList<Resource>();
      for (int i = 0; i < policies; i++) {
        resources.add(policy(i));
      }
      try {
        authority.use(PolicySet.compile(new ResourceSet(resources)));
      } catch (InvalidResourcesException e) {
        throw new IllegalStateException(e);
      }
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
      var actions = new ArrayList<Action>();
      for (int i = 0; i < ACTIONS; i++) {
        actions.add(action(random, policies));
      }
      return new Cases(authority, List.copyOf(actions));
    }

    private static Action action(RandomGenerator random, int policies) {
      return SampleAction.toolCall(
          workload(random.nextInt(policies)),
          "server-" + random.nextInt(4),
          random.nextBoolean() ? "read" : "delete");
    }

    private static Resource policy(int number) {
      var spec = JsonNodeFactory.instance.objectNode();
      spec.putObject("identity").put("workload", workload(number));
      var tools = spec.putArray("tools");
      for (int i = 0; i < 4; i++) {
        var rule = tools.addObject().put("resource", "server-" + i);
        rule.putArray("actions").add("read").add("search");
        rule.put("when", "args.limit <= " + (20 + number % CONDITIONS));
        var denial = tools.addObject().put("resource", "server-" + i);
        denial.putArray("deny").add("delete").add("export");
      }
      return new Resource(Resource.API_VERSION, "AgentPolicy", "policy-" + number, Map.of(), spec);
    }

    private static String workload(int number) {
      return "spiffe://bench.example/agent/a" + number;
    }
  }
}
