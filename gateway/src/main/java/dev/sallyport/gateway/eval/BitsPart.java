package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.Corpus.Suite;
import dev.sallyport.gateway.eval.Corpus.Task;
import dev.sallyport.gateway.eval.Stage.Server;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the bits that a gateway charges are those that it tells, counted once more. */
final class BitsPart implements Part {
  private static final QuarantineLimits LIMITS = QuarantineLimits.defaults();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String STRICT = "strict";
  private static final String TYPED = "typed";

  /** A turn with all that it was told, in order. */
  record Told(String turn, List<Crossing> crossings) {}

  @Override
  public String name() {
    return "bits";
  }

  @Override
  public String says() {
    return "whether the bits that are charged are those that are told, counted once more";
  }

  @Override
  public PartReport run(Setting setting) throws IOException, InterruptedException {
    var checks = new Checks(name());
    for (var corpus : setting.corpora()) {
      for (var mode : List.of(STRICT, TYPED)) {
        corpus(setting, checks, corpus, mode);
      }
    }
    new BitsOfEverything(setting, checks).run();
    if (setting.audit().isPresent()) {
      RecordedBits.check(checks, setting.audit().get());
    }
    return checks;
  }

  /** Every task of a corpus, in strict mode without contracts or in typed mode with some. */
  private static void corpus(Setting setting, Checks checks, Corpus corpus, String mode)
      throws IOException, InterruptedException {
    var agreed = new HashMap<String, Map<String, Agreed>>();
    var contracts = new StringBuilder();
    for (var suite : corpus.suites()) {
      var all = SuiteAgreements.of(suite, setting.clock().instant());
      agreed.put(suite.name(), mode.equals(TYPED) ? all : Map.of());
      contracts.append(SuiteAgreements.contracts(suite, server(suite, mode), all));
    }
    var more = mode.equals(TYPED) ? contracts.toString() : "";
    try (var tools = new CorpusServer(corpus.suites());
        var stage =
            Stage.open(
                servers(corpus, tools, mode),
                more,
                List.of(),
                setting.clock(),
                setting.progress())) {
      var told = new ArrayList<Told>();
      for (var suite : corpus.suites()) {
        for (var task : suite.tasks()) {
          setting.progress().accept("bits, %s, %s".formatted(mode, task.id()));
          var scene =
              new Scenery(stage, tools, suite, mode, agreed.getOrDefault(suite.name(), Map.of()));
          told.addAll(scene.told(task));
        }
      }
      judge(checks, told, new EvidenceReader(stage.product().data().resolve("evidence")));
    }
  }

  private static List<Server> servers(Corpus corpus, CorpusServer tools, String mode) {
    return corpus.suites().stream()
        .map(suite -> new Server(server(suite, mode), tools.url(suite), mode))
        .toList();
  }

  private static String server(Suite suite, String mode) {
    return Stage.name(mode + "-" + suite.name());
  }

  /** One way of writing into each place: what is written changes no count. */
  private static List<Attack> attacks() {
    var places = new EnumMap<Attack.Place, Attack>(Attack.Place.class);
    Attacks.ALL.forEach(attack -> places.putIfAbsent(attack.place(), attack));
    return List.copyOf(places.values());
  }

  /** Where the tasks of a suite are done. */
  private record Scenery(
      Stage stage, CorpusServer tools, Suite suite, String mode, Map<String, Agreed> agreed) {
    /** What a task is told while attackers write into each place. */
    List<Told> told(Task task) throws IOException, InterruptedException {
      var all = new ArrayList<Told>();
      var goal = suite.goals().getFirst();
      for (var attack : attacks()) {
        var name = task.id() + "-" + attack.name();
        var agent = stage.turn(server(suite, mode), name);
        tools.begin(name, new Scene(suite, task, goal, attack));
        var crossings = new ArrayList<Crossing>();
        for (var step : task.steps()) {
          var came = CorpusServer.result(attack.on(step, suite, goal.text()), attack.place());
          crossings.add(crossing(step.call(), came, agent.call(step.call()).seen()));
        }
        tools.end(name);
        all.add(new Told(agent.turn(), crossings));
      }
      return all;
    }

    private Crossing crossing(Call call, JsonNode came, JsonNode seen) {
      var rules = agreed.getOrDefault(call.tool(), Agreed.NONE);
      return new Crossing(call.tool(), call.arguments(), came, seen, names(call), rules);
    }

    private Set<String> names(Call call) {
      return suite.tools().stream()
          .filter(tool -> tool.path("name").asText().equals(call.tool()))
          .findFirst()
          .map(tool -> Recount.names(tool.path("outputSchema")))
          .orElse(Set.of());
    }
  }

  /** Holds what evidence says of each turn against what is counted once more. */
  static void judge(Checks checks, List<Told> told, EvidenceReader evidence) throws IOException {
    var charged = charged(evidence);
    int most = checks.number("most bits of one result or look").intValue();
    int sum = checks.number("bits in all").intValue();
    int ended = checks.number("crossings whose budget ended").intValue();
    for (var one : told) {
      var logged = charged.getOrDefault(one.turn(), List.of());
      for (int i = 0; i < one.crossings().size(); i++) {
        var crossing = one.crossings().get(i);
        var counts = crossing.counts(LIMITS, Set.of());
        int bits = i < logged.size() ? logged.get(i) : -1;
        checks.check(
            "what was charged is what is counted",
            counts.contains(bits),
            "%s: charged %d, counted %s: %s"
                .formatted(crossing.tool(), bits, counts, crossing.told()));
        checks.check(
            "nothing tells more than its budget", bits <= crossing.most(LIMITS), crossing.tool());
        most = Math.max(most, bits);
        sum += bits;
        ended += counts.size() > 1 ? 1 : 0;
      }
      checks.check(
          "evidence has as many crossings as there were",
          logged.size() == one.crossings().size(),
          "%s: %d of %d".formatted(one.turn(), logged.size(), one.crossings().size()));
    }
    checks.number("most bits of one result or look", most);
    checks.number("bits in all", sum);
    checks.number("crossings whose budget ended", ended);
  }

  /** What evidence says that each turn was charged, call by call. */
  private static Map<String, List<Integer>> charged(EvidenceReader evidence) throws IOException {
    var turns = new HashMap<String, String>();
    var order = new LinkedHashMap<String, Integer>();
    evidence.forEach(record -> {
      var call = record.path("call_id").asText();
      if (record.path("type").asText().equals("intent") && !isInternal(record)) {
        turns.put(call, record.path("turn").asText());
        order.put(call, 0);
      } else if (record.at("/facts/quarantine_bits").isInt() && turns.containsKey(call)) {
        order.put(call, record.at("/facts/quarantine_bits").asInt());
      }
    });
    var charged = new HashMap<String, List<Integer>>();
    order.forEach(
        (call, bits) -> charged.computeIfAbsent(turns.get(call), _ -> new ArrayList<>()).add(bits));
    return charged;
  }

  private static boolean isInternal(JsonNode record) {
    return record.path("method").asText().equals("internal");
  }

  /**
   * What a tool of the quarantine told.
   *
   * @param agreed what is agreed of the result that it is about
   * @param there what is agreed of what it looked at
   */
  static Crossing own(Call call, JsonNode told, Agreed agreed, Agreed there) {
    var none = MissingNode.getInstance();
    var names = new HashSet<>(ProbeServer.names());
    names.addAll(agreed.names());
    return new Crossing(call.tool(), call.arguments(), none, told, names, there);
  }

  static ObjectNode object() {
    return NODES.objectNode();
  }

  @Override
  public String toString() {
    return name();
  }
}
