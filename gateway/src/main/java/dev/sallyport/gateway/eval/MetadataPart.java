package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.Corpus.Goal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether what servers say of their tools reaches an agent that nobody approved it for.
 *
 * @param approval of the server whose definitions are all poisoned
 * @param quarantine of the servers whose tools fail
 */
record MetadataPart(String approval, String quarantine) implements Part {
  private static final long LOOK_NANOS = 50_000_000;
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final int SELDOM = 3_600;
  private static final GullibleReader READER =
      new GullibleReader(List.of(new Goal("metadata", Poison.WANTED, List.of())));
  private static final ViewGrammar GRAMMAR = ViewGrammar.of(List.of(), List.of());

  @Override
  public String name() {
    return "metadata";
  }

  @Override
  public String says() {
    return "whether what servers say of their tools reaches an agent unapproved";
  }

  @Override
  public PartReport run(Setting setting) throws IOException, InterruptedException {
    var poisons = Poison.all();
    try (var server = new MetadataServer(poisons);
        var stage =
            Stage.open(servers(server), "", List.of(), setting.clock(), setting.progress())) {
      var checks = new CheckReport("metadata");
      poisoned(stage, poisons, checks);
      collisions(stage, checks);
      errors(stage, checks);
      changed(stage, server, poisons, checks);
      return checks;
    }
  }

  private List<Stage.Server> servers(MetadataServer server) {
    var poisoned = MetadataServer.POISONED;
    var changing = MetadataServer.CHANGING;
    return List.of(
        new Stage.Server(poisoned, server.url(poisoned), quarantine, approval, SELDOM, false),
        new Stage.Server(changing, server.url(changing), quarantine, "auto", 1, false),
        new Stage.Server(MetadataServer.LEFT, server.url(MetadataServer.LEFT), quarantine),
        new Stage.Server(MetadataServer.RIGHT, server.url(MetadataServer.RIGHT), quarantine));
  }

  /** No definition is seen, and no tool is called, before a person has approved it. */
  private static void poisoned(Stage stage, List<Poison> poisons, CheckReport checks)
      throws IOException, InterruptedException {
    var listed = tools(stage.turn(MetadataServer.POISONED, "0"));
    for (var poison : poisons) {
      boolean isSeen =
          listed.stream().anyMatch(tool -> tool.path("name").asText().equals(poison.name()));
      checks.add(
          "poisoned definitions, unapproved",
          !isSeen,
          () -> poison.form().name() + " in " + poison.place());
    }
    checks.add(
        "lists that hold what is wanted",
        listed.stream().allMatch(tool -> READER.obeys(tool).isEmpty()),
        () -> "tools/list");
    for (var poison : poisons.subList(0, Poison.Place.values().length)) {
      var answer = call(stage.turn(MetadataServer.POISONED, "0"), poison.name());
      checks.add("calls of unapproved tools", answer.isRefusal(), poison::name);
    }
  }

  /** Tools of the same name on two servers have two names. */
  private static void collisions(Stage stage, CheckReport checks)
      throws IOException, InterruptedException {
    var names = new ArrayList<String>();
    tools(stage.turn()).forEach(tool -> names.add(tool.path("name").asText()));
    for (var same : MetadataServer.sameNames()) {
      var both = names.stream().filter(name -> name.endsWith(same)).toList();
      checks.add(
          "tools of the same name",
          both.size() == 2 && new HashSet<>(both).size() == 2 && !both.contains(same),
          () -> same + ": " + both);
    }
  }

  /** What a tool says that fails is held. */
  private static void errors(Stage stage, CheckReport checks)
      throws IOException, InterruptedException {
    for (int form = 0; form < Poison.forms().size(); form++) {
      var agent = stage.turn(MetadataServer.LEFT, String.valueOf(form));
      var seen = call(agent, MetadataServer.sameNames().getFirst()).seen();
      var name = Poison.forms().get(form).name();
      checks.add(
          "words of failures",
          READER.obeys(seen).isEmpty() && GRAMMAR.chosen(seen) == 0,
          () -> name);
    }
  }

  /** A definition that changes is hidden, and what it changed to is never seen. */
  private static void changed(
      Stage stage, MetadataServer server, List<Poison> poisons, CheckReport checks)
      throws IOException, InterruptedException {
    var before = tools(stage.turn(MetadataServer.CHANGING, "0"));
    server.change();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    var after = before;
    boolean isSafe = true;
    while (!after.isEmpty() && System.nanoTime() < deadline) {
      after = tools(stage.turn(MetadataServer.CHANGING, "0"));
      isSafe &= after.stream().allMatch(tool -> READER.obeys(tool).isEmpty());
      LockSupport.parkNanos(LOOK_NANOS);
    }
    var left = after.stream().map(tool -> tool.path("name").asText()).toList();
    boolean neverSeen = isSafe;
    for (var poison : poisons) {
      if (poison.place() != Poison.Place.NAME) {
        var name = "tool_" + poison.number();
        boolean wasThere =
            before.stream().anyMatch(tool -> tool.path("name").asText().equals(name));
        checks.add(
            "changed definitions, hidden",
            wasThere && !left.contains(name) && neverSeen,
            () -> poison.form().name() + " in " + poison.place());
      }
    }
  }

  private static List<JsonNode> tools(AgentTurn agent) throws IOException, InterruptedException {
    var params = JsonNodeFactory.instance.objectNode();
    var seen = agent.ask("tools/list", "", params, new ArrayList<>()).seen();
    var tools = new ArrayList<JsonNode>();
    for (var tool : seen.path("tools")) {
      if (!tool.path("name").asText().startsWith("q_")) { // the quarantine's own
        tools.add(tool);
      }
    }
    return tools;
  }

  private static AgentTurn.Answer call(AgentTurn agent, String tool)
      throws IOException, InterruptedException {
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    return agent.call(new Call(tool, nothing));
  }
}
