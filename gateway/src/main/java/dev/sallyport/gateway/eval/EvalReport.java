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
 * @param steered in how many of them a call with consequences was made that the task does not have,
 *     by arm
 * @param oneForm how many tasks looked just the same to the agent whatever attackers wrote, by arm
 * @param refused how many calls of tasks the gateway refused, by arm
 * @param passedOn of how many tasks a value that an attacker chose arrived at a call with
 *     consequences because the task itself sends it there, by arm
 */
record EvalReport(
    String corpus,
    int tasks,
    int goals,
    List<Attack> attacks,
    Map<Arm, Map<String, Proportion>> succeeded,
    Map<Arm, Proportion> steered,
    Map<Arm, Proportion> oneForm,
    Map<Arm, Proportion> refused,
    Map<Arm, Proportion> passedOn) {
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

  Proportion forms(Arm arm) {
    return oneForm.getOrDefault(arm, Proportion.NONE);
  }

  /** How many attacks did not succeed in quarantine. */
  int withstood() {
    var all = all(Arm.STRICT);
    return all.of() - all.number();
  }

  /** As a person reads it. */
  void print(PrintWriter out) {
    out.printf(
        "%n%s: %d tasks, %d goals of attackers, %d ways of writing them%n%n",
        corpus, tasks, goals, attacks.size());
    out.printf(
        "%-9s %9s %10s %8s %18s %9s %16s %14s %16s%n",
        "arm",
        "attacks",
        "succeeded",
        "share",
        "95 % interval",
        "steered",
        "tasks, one form",
        "calls refused",
        "values passed on");
    for (var arm : succeeded.keySet()) {
      var all = all(arm);
      out.printf(
          Locale.ROOT,
          "%-9s %9d %10d %7.2f%% %7.2f%% .. %6.2f%% %9d %16s %14s %16s%n",
          arm.label(),
          all.of(),
          all.number(),
          100 * all.share(),
          100 * all.low(),
          100 * all.high(),
          steered(this, arm),
          words(forms(arm)),
          words(refused(arm)),
          passedOn.containsKey(arm) ? words(passedOn.get(arm)) : "-");
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

  private Proportion refused(Arm arm) {
    return refused.getOrDefault(arm, Proportion.NONE);
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
    return document;
  }

  private static void add(ObjectNode json, EvalReport report, Arm arm) {
    var all = report.all(arm);
    var forms = report.forms(arm);
    var refused = report.refused(arm);
    json.put("attacks", json.path("attacks").asInt() + all.of());
    json.put("succeeded", json.path("succeeded").asInt() + all.number());
    json.put("steered", json.path("steered").asInt() + steered(report, arm));
    var passed = report.passedOn().getOrDefault(arm, Proportion.NONE);
    json.put("values", json.path("values").asInt() + passed.of());
    json.put("values_passed_on", json.path("values_passed_on").asInt() + passed.number());
    json.put("tasks", json.path("tasks").asInt() + forms.of());
    json.put("tasks_of_one_form", json.path("tasks_of_one_form").asInt() + forms.number());
    json.put("calls", json.path("calls").asInt() + refused.of());
    json.put("calls_refused", json.path("calls_refused").asInt() + refused.number());
  }

  private static int steered(EvalReport report, Arm arm) {
    return report.steered().getOrDefault(arm, Proportion.NONE).number();
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
