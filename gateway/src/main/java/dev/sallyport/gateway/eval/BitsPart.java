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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the bits that a gateway charges are those that it tells, counted once more. */
final class BitsPart implements Part {
  private static final QuarantineLimits LIMITS = QuarantineLimits.defaults();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

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
      try (var tools = new CorpusServer(corpus.suites());
          var stage =
              Stage.open(
                  servers(corpus, tools), "", List.of(), setting.clock(), setting.progress())) {
        var told = new ArrayList<Told>();
        for (var suite : corpus.suites()) {
          for (var task : suite.tasks()) {
            setting.progress().accept("bits, " + task.id());
            told.addAll(told(stage, tools, suite, task));
          }
        }
        judge(checks, told, new EvidenceReader(stage.product().data().resolve("evidence")));
      }
    }
    new BitsOfEverything(setting, checks).run();
    if (setting.audit().isPresent()) {
      RecordedBits.check(checks, setting.audit().get());
    }
    return checks;
  }

  private static List<Server> servers(Corpus corpus, CorpusServer tools) {
    return corpus.suites().stream()
        .map(suite -> new Server(Arm.STRICT.server(suite), tools.url(suite), "strict"))
        .toList();
  }

  /** One way of writing into each place: what is written changes no count. */
  private static List<Attack> attacks() {
    var places = new EnumMap<Attack.Place, Attack>(Attack.Place.class);
    Attacks.ALL.forEach(attack -> places.putIfAbsent(attack.place(), attack));
    return List.copyOf(places.values());
  }

  /** What a task is told while attackers write into each place. */
  private static List<Told> told(Stage stage, CorpusServer tools, Suite suite, Task task)
      throws IOException, InterruptedException {
    var all = new ArrayList<Told>();
    var goal = suite.goals().getFirst();
    for (var attack : attacks()) {
      var name = task.id() + "-" + attack.name();
      var agent = stage.turn(Arm.STRICT.server(suite), name);
      tools.begin(name, new Scene(suite, task, goal, attack));
      var crossings = new ArrayList<Crossing>();
      for (var step : task.steps()) {
        var call = step.call();
        var came = CorpusServer.result(attack.on(step, suite, goal.text()), attack.place());
        var seen = agent.call(call).seen();
        crossings.add(new Crossing(call.tool(), call.arguments(), came, seen, names(suite, call)));
      }
      tools.end(name);
      all.add(new Told(agent.turn(), crossings));
    }
    return all;
  }

  private static Set<String> names(Suite suite, Call call) {
    return suite.tools().stream()
        .filter(tool -> tool.path("name").asText().equals(call.tool()))
        .findFirst()
        .map(tool -> Recount.names(tool.path("outputSchema")))
        .orElse(Set.of());
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
            "nothing tells more than its budget", bits <= LIMITS.resultBits(), crossing.tool());
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

  /** What a tool of the quarantine told. */
  static Crossing own(Call call, JsonNode told) {
    var none = MissingNode.getInstance();
    return new Crossing(call.tool(), call.arguments(), none, told, ProbeServer.names());
  }

  static ObjectNode object() {
    return NODES.objectNode();
  }

  @Override
  public String toString() {
    return name();
  }
}
