package dev.sallyport.gateway.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/** The numbers that targets are about, each taken round by round. */
final class Measures {
  private static final double P50 = 0.50;
  private static final double P99 = 0.99;

  private Measures() {}

  /** The measures of runs, by names such as {@code chat.rps_ratio.64}. */
  static Map<String, Measure> of(List<Run> runs) {
    var measures = new LinkedHashMap<String, Measure>();
    runs.stream()
        .map(run -> new Series(run.bench(), run.connections()))
        .distinct()
        .forEach(series -> add(series, runs, measures));
    return measures;
  }

  private static void add(Series series, List<Run> runs, Map<String, Measure> measures) {
    var product = series.of(Arm.SALLYPORT, runs);
    var proxy = series.of(Arm.PROXY, runs);
    var direct = series.of(Arm.DIRECT, runs);
    measures.put(
        series.name("rps_ratio"),
        compare(product, proxy, (one, other) -> one.perSecond() / other.perSecond()));
    measures.put(
        series.name("p99_ratio"),
        compare(product, proxy, (one, other) -> one.micros(P99) / other.micros(P99)));
    measures.put(
        series.name("added_p50_ms"),
        compare(product, direct, (one, other) -> (one.micros(P50) - other.micros(P50)) / 1e3));
  }

  private static Measure compare(
      List<LoadResult> ours,
      List<LoadResult> theirs,
      ToDoubleBiFunction<LoadResult, LoadResult> number) {
    var values = new double[ours.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number.applyAsDouble(ours.get(i), theirs.get(i));
    }
    return Measure.of(values);
  }

  /** The rounds of one benchmark with one number of connections. */
  private record Series(String bench, int connections) {
    List<LoadResult> of(Arm arm, List<Run> runs) {
      return runs.stream()
          .filter(run -> run.bench().equals(bench) && run.connections() == connections)
          .filter(run -> run.arm() == arm)
          .map(Run::result)
          .toList();
    }

    String name(String measure) {
      return bench + "." + measure + "." + connections;
    }
  }
}
