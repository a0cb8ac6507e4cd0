package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts how often each of some rules held, with the first place where it did not, and numbers that
 * were measured beside. Thread-safe.
 */
final class Checks implements PartReport {
  private final String name;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<String, Number> numbers = new LinkedHashMap<>();

  Checks(String name) {
    this.name = name;
  }

  private record Row(int passed, int failed, String first) {
    Row and(boolean holds, String where) {
      return new Row(
          passed + (holds ? 1 : 0), failed + (holds ? 0 : 1), holds || failed > 0 ? first : where);
    }
  }

  /**
   * Counts one case of a rule.
   *
   * @param rule in words
   * @param where which case it was, for whoever reads that it failed
   */
  synchronized void check(String rule, boolean holds, String where) {
    rows.put(rule, rows.getOrDefault(rule, new Row(0, 0, "")).and(holds, where));
  }

  /** Notes a number that was measured. */
  synchronized void number(String what, Number number) {
    numbers.put(what, number);
  }

  /** A number that was measured; 0 if it was not. */
  synchronized Number number(String what) {
    return numbers.getOrDefault(what, 0);
  }

  /** How many cases of a rule failed. */
  synchronized int failed(String rule) {
    return rows.getOrDefault(rule, new Row(0, 0, "")).failed();
  }

  @Override
  public synchronized int passed() {
    return rows.values().stream().mapToInt(Row::passed).sum();
  }

  @Override
  public synchronized int failed() {
    return rows.values().stream().mapToInt(Row::failed).sum();
  }

  @Override
  public synchronized void print(PrintWriter out) {
    out.printf("%n%-76s %8s %8s%n", name, "passed", "failed");
    rows.forEach((rule, row) -> {
      out.printf("%-76s %8d %8d%n", rule, row.passed(), row.failed());
      if (row.failed() > 0) {
        out.printf("  first: %s%n", row.first());
      }
    });
    numbers.forEach((what, number) -> out.printf("%-76s %17s%n", what, written(number)));
  }

  private static String written(Number number) {
    return number instanceof Double fraction
        ? String.format(Locale.ROOT, "%.3f", fraction)
        : String.valueOf(number);
  }

  @Override
  public synchronized void addTo(ObjectNode document) {
    var json = document.putObject(name.replace('-', '_'));
    json.put("passed", passed()).put("failed", failed());
    var rules = json.putObject("rules");
    rows.forEach((rule, row) -> {
      var one = rules.putObject(rule).put("passed", row.passed()).put("failed", row.failed());
      if (row.failed() > 0) {
        one.put("first", row.first());
      }
    });
    var measured = json.putObject("numbers");
    numbers.forEach((what, number) -> measured.putPOJO(what, number));
  }

  @Override
  public String toString() {
    return "Checks[" + name + "]";
  }
}
