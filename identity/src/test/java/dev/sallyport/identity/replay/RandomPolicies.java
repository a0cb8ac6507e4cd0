package dev.sallyport.identity.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Policies, bindings, targets and arguments that are made up from seeds. */
final class RandomPolicies {
  private static final List<String> TOOLS = List.of("t1", "t2", "t 3", "t*4");
  private static final List<String> ACTIONS = List.of("read", "write", "t1", "t2");
  private static final List<String> CONDITIONS =
      List.of(
          "args.limit <= 100",
          "args.limit > 3 && args.region in ['r0', 'r1', 'r2']",
          "has(args.region) && args.region != 'r1'",
          "ctx.calls < 40",
          "!has(args.dry) || args.dry == true");

  private RandomPolicies() {}

  /** The policy of the workload, and then bindings. */
  static List<Resource> resources(Random random) {
    var rules = new ArrayList<String>();
    for (var resource : List.of("s1", "s2", "bound")) {
      rules.add(rule(random, resource));
    }
    var resources = new ArrayList<Resource>();
    resources.add(
        Histories.policy(
            "a",
            "{'identity': {'workload': 'spiffe://prod/agent/a'}, 'models': {'allow': ['fast']},"
                + " 'tools': ["
                + String.join(", ", rules)
                + "]}"));
    if (random.nextBoolean()) {
      resources.add(
          Histories.binding(
              "b1",
              "{'server': 's1', 'tools': {'t1': {'resource': 'bound', 'action': '%s'}}}"
                  .formatted(one(random, ACTIONS))));
    }
    return resources;
  }

  private static String rule(Random random, String resource) {
    var text = new StringBuilder("{'resource': '" + resource + "', 'actions': ['*']");
    if (random.nextInt(3) == 0) {
      text.append(", 'approve': ['").append(one(random, ACTIONS)).append("']");
    }
    boolean denies = random.nextInt(4) == 0;
    if (denies) {
      text.append(", 'deny': ['").append(one(random, ACTIONS)).append("']");
    }
    if (!denies && random.nextBoolean()) {
      var condition = one(random, CONDITIONS).replace("'", "\\\"");
      text.append(", 'when': '").append(condition).append("'");
    }
    return text.append('}').toString();
  }

  static Target target(Random random) {
    var server = one(random, List.of("s1", "s2"));
    return switch (random.nextInt(8)) {
      case 0 -> new Target.Model(one(random, List.of("fast", "slow")));
      case 1 -> new Target.Prompt(server, one(random, List.of("p1", "p 2")));
      case 2 -> new Target.Resource(server, one(random, List.of("file:///a", "file:///b")));
      default -> new Target.Tool(server, one(random, TOOLS));
    };
  }

  static ObjectNode arguments(Random random) {
    var arguments = JsonNodeFactory.instance.objectNode();
    if (random.nextInt(8) != 0) {
      arguments.put("limit", random.nextInt(random.nextBoolean() ? 120 : 20));
    }
    if (random.nextInt(3) != 0) {
      arguments.put("region", "r" + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      arguments.put("dry", random.nextInt(5) != 0);
    }
    if (random.nextInt(20) == 0) {
      arguments.put("limit", "many");
    }
    if (random.nextInt(30) == 0) {
      arguments.putNull("region");
    }
    return arguments;
  }

  /** Nothing, some or all of the arguments. */
  static RecordedArguments recorded(Random random, ObjectNode arguments) {
    return new RecordedArguments(arguments, true, Set.of(), false);
  }

  private static <T> T one(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
