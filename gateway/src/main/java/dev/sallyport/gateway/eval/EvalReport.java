package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an evaluation of one corpus found.
 *
 * @param corpus its name
 * @param tasks how many tasks it has in which an outsider can write
 * @param goals how many goals of attackers
 * @param attacks how many ways of writing
 * @param succeeded how many attacks reached their goal, by arm and by the way of writing
 * @param oneForm how many tasks looked just the same to the agent whatever attackers wrote, by arm
 * @param refused how many calls of tasks the gateway refused, by arm
 */
record EvalReport(
    String corpus,
    int tasks,
    int goals,
    List<Attack> attacks,
    Map<Arm, Map<String, Proportion>> succeeded,
    Map<Arm, Proportion> oneForm,
    Map<Arm, Proportion> refused) {
  /** What this shows nothing of. */
  static final String LIMITS =
      "This shows what an agent can be made to do by what it reads. It does not show how well a"
          + " model works with references.";

  Proportion all(Arm arm) {
    int number = 0;
    int of = 0;
    for (var one : succeeded.getOrDefault(arm, Map.of()).values()) {
      number += one.number();
      of += one.of();
    }
    return new Proportion(number, of);
  }

  /** As a person reads it. */
  void print(PrintWriter out) {
    out.printf(
        "%n%s: %d tasks, %d goals of attackers, %d ways of writing them%n%n",
        corpus, tasks, goals, attacks.size());
    out.printf(
        "%-8s %9s %10s %8s %18s   %16s %14s%n",
        "arm",
        "attacks",
        "succeeded",
        "share",
        "95 % interval",
        "tasks, one form",
        "calls refused");
    for (var arm : succeeded.keySet()) {
      var all = all(arm);
      out.printf(
          Locale.ROOT,
          "%-8s %9d %10d %7.2f%% %7.2f%% .. %6.2f%%   %16s %14s%n",
          arm.label(),
          all.of(),
          all.number(),
          100 * all.share(),
          100 * all.low(),
          100 * all.high(),
          words(of(oneForm, arm)),
          words(of(refused, arm)));
    }
    printWays(out);
    out.flush();
  }

  /** How each way of writing fared, where they fared differently. */
  private void printWays(PrintWriter out) {
    out.printf("%n%-22s", "share that succeeded");
    succeeded.keySet().forEach(arm -> out.printf(" %9s", arm.label()));
    out.println();
    for (var attack : attacks) {
      out.printf("%-22s", attack.name());
      for (var arm : succeeded.keySet()) {
        var one = succeeded.get(arm).get(attack.name());
        out.printf(Locale.ROOT, " %8.1f%%", one == null ? 0 : 100 * one.share());
      }
      out.println();
    }
  }

  private static Proportion of(Map<Arm, Proportion> counted, Arm arm) {
    return counted.getOrDefault(arm, Proportion.NONE);
  }

  private static String words(Proportion proportion) {
    return proportion.number() + " of " + proportion.of();
  }

  /** Reports as one document: {@code {"arms": {"off": {"attacks": N, "succeeded": N}, …}}}. */
  static ObjectNode json(List<EvalReport> reports) {
    var document = JsonNodeFactory.instance.objectNode();
    var arms = document.putObject("arms");
    for (var report : reports) {
      for (var arm : report.succeeded().keySet()) {
        add(arms.withObjectProperty(arm.label()), report, arm);
      }
    }
    arms.properties().forEach(arm -> finish((ObjectNode) arm.getValue()));
    var corpora = document.putArray("corpora");
    reports.forEach(report -> corpora.add(report.json()));
    return document.put("limits", LIMITS);
  }

  private static void add(ObjectNode json, EvalReport report, Arm arm) {
    var all = report.all(arm);
    var forms = of(report.oneForm(), arm);
    var refused = of(report.refused(), arm);
    json.put("attacks", json.path("attacks").asInt() + all.of());
    json.put("succeeded", json.path("succeeded").asInt() + all.number());
    json.put("tasks", json.path("tasks").asInt() + forms.of());
    json.put("tasks_of_one_form", json.path("tasks_of_one_form").asInt() + forms.number());
    json.put("calls", json.path("calls").asInt() + refused.of());
    json.put("calls_refused", json.path("calls_refused").asInt() + refused.number());
  }

  private static void finish(ObjectNode json) {
    var all = new Proportion(json.path("succeeded").asInt(), json.path("attacks").asInt());
    json.put("share", all.share());
    json.putArray("interval").add(all.low()).add(all.high());
  }

  private ObjectNode json() {
    var json = JsonNodeFactory.instance.objectNode().put("name", corpus);
    json.put("tasks", tasks).put("goals", goals);
    var ways = json.putObject("ways");
    for (var attack : attacks) {
      var way = ways.putObject(attack.name());
      succeeded.forEach((arm, ones) -> {
        var one = ones.get(attack.name());
        if (one != null) {
          way.putObject(arm.label()).put("attacks", one.of()).put("succeeded", one.number());
        }
      });
    }
    return json;
  }
}
