package dev.sallyport.gateway.bench;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** A report as a person reads it. */
final class BenchTable {
  private static final List<String> PARTS = List.of("load", "upstream", "proxy", "sallyport");

  private BenchTable() {}

  /** Prints it. */
  static void print(BenchReport report, PrintWriter out) {
    out.printf("%n%s: medians over the rounds, against %s%n", report.name(), report.against());
    out.printf("on in Sallyport: %s%n%n", report.on());
    if (!report.runs().isEmpty()) {
      out.printf(
          "%-11s %11s %9s %9s %9s   %s%n",
          "way", "connections", "req/s", "p50 us", "p99 us", "CPU us a call: " + PARTS);
      for (int connections : connections(report)) {
        for (var arm : Arm.values()) {
          print(report, arm, connections, out);
        }
      }
      out.println();
    }
    out.printf("%-24s %9s %19s %12s %12s%n", "measure", "median", "from .. to", "must", "aim");
    report.measures().forEach((name, measure) -> print(report, name, measure, out));
    report.targets().stream()
        .filter(target -> !report.isMeasured(target))
        .forEach(target -> out.printf("%-24s not measured%n", target.measure()));
    if (report.errors() > 0) {
      out.printf("%d answers were wrong%n", report.errors());
      report.runs().stream()
          .flatMap(run -> run.result().wrong().stream())
          .findFirst()
          .ifPresent(answer -> out.println("the first of them: " + answer));
    }
    out.println(report.verdict().words());
    out.flush();
  }

  private static Set<Integer> connections(BenchReport report) {
    var all = new LinkedHashSet<Integer>();
    report.runs().forEach(run -> all.add(run.connections()));
    return all;
  }

  private static void print(BenchReport report, Arm arm, int connections, PrintWriter out) {
    var runs =
        report.runs().stream()
            .filter(run -> run.arm() == arm && run.connections() == connections)
            .toList();
    out.printf(
        Locale.ROOT,
        "%-11s %11d %9.0f %9.0f %9.0f   ",
        arm.label(),
        connections,
        median(runs, run -> run.result().perSecond()),
        median(runs, run -> run.result().micros(0.5)),
        median(runs, run -> run.result().micros(0.99)));
    for (var part : PARTS) {
      out.printf(Locale.ROOT, "%7.1f", median(runs, run -> run.cpuMicrosPerAnswer(part)));
    }
    out.println();
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> number) {
    return Measure.of(runs.stream().mapToDouble(number).toArray()).median();
  }

  private static void print(BenchReport report, String name, Measure measure, PrintWriter out) {
    var target = report.targets().stream().filter(one -> one.measure().equals(name)).findFirst();
    out.printf(
        Locale.ROOT,
        "%-24s %9.2f %9.2f..%8.2f",
        name,
        measure.median(),
        measure.lowest(),
        measure.highest());
    target.ifPresent(wanted ->
        out.printf(
            Locale.ROOT,
            " %12s %12s  %s",
            wanted.bound().sign() + " " + wanted.must(),
            wanted.bound().sign() + " " + wanted.aim(),
            verdict(wanted, measure)));
    out.println();
  }

  private static String verdict(Target target, Measure measure) {
    if (!target.isMetBy(measure.median())) {
      return "missed";
    }
    return target.isReachedBy(measure.median()) ? "reached" : "met";
  }
}
