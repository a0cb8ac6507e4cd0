package dev.sallyport.gateway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark found.
 *
 * @param on what the product did for each call, in words
 * @param against what it was measured against, in words
 */
record BenchReport(
    String name,
    String on,
    String against,
    List<Run> runs,
    Map<String, Measure> measures,
    List<Target> targets) {
  private static final double[] SHARES = {0.5, 0.9, 0.99, 0.999};

  /** How the measures compare with the targets; one wrong answer misses them all. */
  Verdict verdict() {
    var measured = targets.stream().filter(this::isMeasured).toList();
    if (errors() > 0
        || !measured.stream().allMatch(target -> target.isMetBy(median(target.measure())))) {
      return Verdict.MISSED;
    }
    if (measured.isEmpty()) {
      return Verdict.NONE_MEASURED;
    }
    return measured.size() == targets.size() ? Verdict.MET : Verdict.MET_WHERE_MEASURED;
  }

  /** Whether a target is about something that was measured. */
  boolean isMeasured(Target target) {
    return measures.containsKey(target.measure());
  }

  /** How measures compare with targets. */
  enum Verdict {
    MET("meets its targets"),
    MET_WHERE_MEASURED("meets those of its targets that were measured"),
    NONE_MEASURED("none of its targets was measured"),
    MISSED("does not meet its targets");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  long errors() {
    return runs.stream().mapToLong(run -> run.result().errors()).sum();
  }

  double median(String measure) {
    var found = measures.get(measure);
    return found == null ? Double.NaN : found.median();
  }

  /** Some reports as one document: {@code {"summary": {"meets_targets": …, …}, "runs": […]}}. */
  static ObjectNode json(List<BenchReport> reports) {
    var document = JsonNodeFactory.instance.objectNode();
    var summary = document.putObject("summary");
    summary.set("meets_targets", meetsTargets(reports.stream().map(BenchReport::verdict).toList()));
    summary.put("cores", Runtime.getRuntime().availableProcessors());
    summary.put("jvm", Runtime.version().toString());
    var runs = document.putArray("runs");
    for (var report : reports) {
      summary.set(report.name(), report.summary());
      report.runs().forEach(run -> runs.add(json(run)));
    }
    return document;
  }

  /** False if one missed its targets; null if none of them was measured. */
  private static JsonNode meetsTargets(List<Verdict> verdicts) {
    var nodes = JsonNodeFactory.instance;
    if (verdicts.contains(Verdict.MISSED)) {
      return nodes.booleanNode(false);
    }
    return verdicts.stream().allMatch(Verdict.NONE_MEASURED::equals)
        ? nodes.nullNode()
        : nodes.booleanNode(true);
  }

  private ObjectNode summary() {
    var summary = JsonNodeFactory.instance.objectNode();
    summary.set("meets_targets", meetsTargets(List.of(verdict())));
    summary.put("on", on).put("against", against).put("errors", errors());
    var numbers = summary.putObject("measures");
    measures.forEach((measure, value) ->
        numbers
            .putObject(measure)
            .put("median", round(value.median()))
            .put("lowest", round(value.lowest()))
            .put("highest", round(value.highest())));
    var wanted = summary.putObject("targets");
    targets.forEach(target -> wanted.set(target.measure(), json(target)));
    return summary;
  }

  private ObjectNode json(Target target) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("must", target.bound().sign() + " " + target.must());
    json.put("aim", target.bound().sign() + " " + target.aim());
    json.put("measured", isMeasured(target));
    if (isMeasured(target)) {
      double value = median(target.measure());
      json.put("value", round(value));
      json.put("met", target.isMetBy(value));
      json.put("aim_reached", target.isReachedBy(value));
    }
    return json;
  }

  private static ObjectNode json(Run run) {
    var result = run.result();
    var json = JsonNodeFactory.instance.objectNode();
    json.put("bench", run.bench()).put("way", run.arm().label());
    json.put("connections", run.connections()).put("round", run.round());
    json.put("seconds", round(result.took().toNanos() / 1e9));
    json.put("answers", result.answers()).put("errors", result.errors());
    json.put("rps", round(result.perSecond()));
    for (double share : SHARES) {
      json.put(
          "p" + String.valueOf(share * 100).replace(".0", "").replace(".", "") + "_us",
          round(result.micros(share)));
    }
    var cpu = json.putObject("cpu_us_per_answer");
    run.cpu().keySet().forEach(part -> cpu.put(part, round(run.cpuMicrosPerAnswer(part))));
    return json;
  }

  /** To four digits after the point. */
  private static double round(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
