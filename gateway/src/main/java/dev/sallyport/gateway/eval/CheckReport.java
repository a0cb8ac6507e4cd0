package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How many checks of each kind came out right, and which did not. For one thread. */
final class CheckReport implements PartReport {
  private static final int MOST_TOLD = 20;

  private final String name;
  private final Map<String, Proportion> kinds = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();

  CheckReport(String name) {
    this.name = name;
  }

  /**
   * Adds one.
   *
   * @param which says which it is, if it came out wrong
   */
  void add(String kind, boolean isRight, Supplier<String> which) {
    kinds.merge(
        kind,
        new Proportion(isRight ? 1 : 0, 1),
        (one, more) -> new Proportion(one.number() + more.number(), one.of() + more.of()));
    if (!isRight) {
      failures.add(kind + ": " + which.get());
    }
  }

  @Override
  public int passed() {
    return kinds.values().stream().mapToInt(Proportion::number).sum();
  }

  @Override
  public int failed() {
    return kinds.values().stream().mapToInt(one -> one.of() - one.number()).sum();
  }

  @Override
  public void print(PrintWriter out) {
    out.printf("%n%-36s %9s %9s%n", name, "passed", "of");
    kinds.forEach((kind, one) -> out.printf("%-36s %9d %9d%n", kind, one.number(), one.of()));
    failures.stream().limit(MOST_TOLD).forEach(failure -> out.println("  failed, " + failure));
    out.flush();
  }

  @Override
  public void addTo(ObjectNode document) {
    var part = document.putObject(name).put("passed", passed()).put("failed", failed());
    var all = part.putObject("checks");
    kinds.forEach(
        (kind, one) -> all.putObject(kind).put("passed", one.number()).put("of", one.of()));
    failures.forEach(part.putArray("failures")::add);
  }
}
