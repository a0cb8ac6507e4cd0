package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Play.Forbidden;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which rules could be said, and held. For one thread. */
final class PoliciesReport implements PartReport {
  private static final int MOST_TOLD = 20;

  private final Map<String, Row> rows = new LinkedHashMap<>();

  /** What is known of one situation. */
  private static final class Row {
    private final String mechanism;
    private final List<String> failures = new ArrayList<>();
    private final Map<String, List<String>> reasons = new LinkedHashMap<>();
    private Proportion task = new Proportion(0, 0);
    private Proportion refused = new Proportion(0, 0);
    private Proportion through = new Proportion(0, 0);

    Row(String mechanism) {
      this.mechanism = mechanism;
    }

    int passed() {
      return task.number() + refused.number() + through.number();
    }

    int failed() {
      return task.of() + refused.of() + through.of() - passed();
    }

    Proportion counted(Proportion before, String kind, String problem) {
      if (!problem.isEmpty()) {
        failures.add(kind + ": " + problem);
      }
      return new Proportion(before.number() + (problem.isEmpty() ? 1 : 0), before.of() + 1);
    }
  }

  void begin(Play play) {
    rows.put(play.name(), new Row(play.mechanism()));
  }

  /** Counts the task of a situation, which failed if there are problems. */
  void task(Play play, List<String> problems) {
    var row = row(play);
    row.task = row.counted(row.task, "the task", String.join("; ", problems));
  }

  /**
   * Counts something forbidden, which was not refused if there is a problem.
   *
   * @param reasons why it was refused, as evidence says it
   */
  void forbidden(Play play, Forbidden forbidden, List<String> reasons, String problem) {
    var row = row(play);
    row.reasons.put(forbidden.way(), reasons);
    row.refused = row.counted(row.refused, "forbidden, " + forbidden.way(), problem);
  }

  /** Counts the same without a rule, which did not go through if there is a problem. */
  void control(Play play, Forbidden forbidden, String problem) {
    var row = row(play);
    row.through = row.counted(row.through, "without the rule, " + forbidden.way(), problem);
  }

  private Row row(Play play) {
    return Optional.ofNullable(rows.get(play.name())).orElseThrow();
  }

  @Override
  public int passed() {
    return rows.values().stream().mapToInt(Row::passed).sum();
  }

  @Override
  public int failed() {
    return rows.values().stream().mapToInt(Row::failed).sum();
  }

  /** How many situations have a rule that lets the task be done and forbids what it should. */
  long expressed() {
    return rows.values().stream().filter(row -> row.failed() == 0).count();
  }

  /** How much of what a situation forbids was refused. */
  Proportion refused(String name) {
    return Optional.ofNullable(rows.get(name)).orElseThrow().refused;
  }

  /** What failed. */
  List<String> failures() {
    return rows.entrySet().stream()
        .flatMap(
            row -> row.getValue().failures.stream().map(failure -> row.getKey() + ", " + failure))
        .toList();
  }

  @Override
  public void print(PrintWriter out) {
    out.printf("%n%-24s %-46s %5s %8s %8s%n", "policies", "said by", "task", "refused", "without");
    rows.forEach((name, row) ->
        out.printf(
            "%-24s %-46s %5s %8s %8s%n",
            name, row.mechanism, said(row.task), said(row.refused), said(row.through)));
    out.printf("%d of %d situations can be said%n", expressed(), rows.size());
    failures().stream().limit(MOST_TOLD).forEach(failure -> out.println("  failed, " + failure));
    out.flush();
  }

  private static String said(Proportion part) {
    return part.number() + "/" + part.of();
  }

  @Override
  public void addTo(ObjectNode document) {
    var part = document.putObject("policies").put("passed", passed()).put("failed", failed());
    part.put("situations", rows.size()).put("expressed", expressed());
    var all = part.putObject("by_situation");
    rows.forEach((name, row) -> {
      var one = all.putObject(name).put("said_by", row.mechanism);
      add(one, "task", row.task);
      add(one, "refused", row.refused);
      add(one, "without_the_rule", row.through);
      var reasons = one.putObject("reasons");
      row.reasons.forEach((way, found) -> reasons.put(way, String.join(" ", found)));
    });
    failures().forEach(part.putArray("failures")::add);
  }

  private static void add(ObjectNode one, String name, Proportion part) {
    one.putObject(name).put("passed", part.number()).put("of", part.of());
  }
}
