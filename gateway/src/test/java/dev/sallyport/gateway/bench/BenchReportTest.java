package dev.sallyport.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.bench.BenchReport.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private static final Target RATIO = Target.atLeast("chat.rps_ratio.64", 0.40, 0.60);

  @Test
  void takesRatiosRoundByRoundAndReportsTheirMedian() {
    var measures = report(0, 50, 45, 90).measures();

    assertThat(measures.get("chat.rps_ratio.64")).isEqualTo(new Measure(0.50, 0.45, 0.90));
    assertThat(measures).containsKeys("chat.p99_ratio.64", "chat.added_p50_ms.64");
  }

  @Test
  void meetsItsTargetsIfEachThatWasMeasuredIsMet() {
    var unmeasured = Target.atMost("chat.added_p50_ms.1", 1, 0.4);

    assertThat(report(0, 40, 40, 40).verdict()).isEqualTo(Verdict.MET);
    assertThat(report(0, 39, 39, 39).verdict()).isEqualTo(Verdict.MISSED);
    assertThat(report(0, 40, 40, 40, unmeasured).verdict()).isEqualTo(Verdict.MET_WHERE_MEASURED);
    assertThat(report(0, 39, 39, 39, unmeasured).verdict()).isEqualTo(Verdict.MISSED);
    assertThat(untargeted(0).verdict()).isEqualTo(Verdict.NONE_MEASURED);
  }

  @Test
  void doesNotMeetItsTargetsWithWrongAnswers() {
    assertThat(report(1, 90, 90, 90).verdict()).isEqualTo(Verdict.MISSED);
    assertThat(untargeted(1).verdict()).isEqualTo(Verdict.MISSED);
  }

  @Test
  void saysWhatWasNotMeasured() {
    var text = new StringWriter();
    BenchTable.print(untargeted(0), new PrintWriter(text));
    var json = BenchReport.json(List.of(untargeted(0)));

    assertThat(text.toString())
        .containsPattern("(?m)^chat.added_p50_ms.1 +not measured$")
        .contains("none of its targets was measured");
    assertThat(json.at("/summary/meets_targets").isNull()).isTrue();
    assertThat(json.at("/summary/chat/meets_targets").isNull()).isTrue();
    assertThat(json.at("/summary/chat/targets/chat.added_p50_ms.1/measured").asBoolean(true))
        .isFalse();
    assertThat(
            BenchReport.json(List.of(untargeted(0), report(0, 50, 50, 50)))
                .at("/summary/meets_targets")
                .asBoolean())
        .isTrue();
  }

  @Test
  void writesASummaryAndEveryRun() {
    var json = BenchReport.json(List.of(report(0, 50, 50, 50)));

    assertThat(json.at("/summary/meets_targets").asBoolean()).isTrue();
    assertThat(json.at("/summary/chat/measures/chat.rps_ratio.64/median").asDouble())
        .isEqualTo(0.5);
    assertThat(json.at("/summary/chat/targets/chat.rps_ratio.64/met").asBoolean()).isTrue();
    assertThat(json.at("/summary/chat/targets/chat.rps_ratio.64/aim_reached").asBoolean())
        .isFalse();
    assertThat(json.at("/runs")).hasSize(9);
    assertThat(json.at("/runs/0/way").asText()).isEqualTo("direct");
    assertThat(json.at("/runs/0/cpu_us_per_answer/load").asDouble()).isEqualTo(5_000);
  }

  @Test
  void printsATableThatSaysWhetherTheTargetsAreMet() {
    var text = new StringWriter();

    BenchTable.print(report(0, 50, 50, 50), new PrintWriter(text));

    assertThat(text.toString()).contains("sallyport", "0.50", ">= 0.4", "meets its targets");
  }

  /** A report on three rounds in which the proxy gave 100 answers and the product so many. */
  private static BenchReport report(int errors, int first, int second, int third, Target... more) {
    var runs = new ArrayList<Run>();
    int round = 1;
    for (int answers : new int[] {first, second, third}) {
      runs.add(run(Arm.DIRECT, round, 200, 0));
      runs.add(run(Arm.PROXY, round, 100, 0));
      runs.add(run(Arm.SALLYPORT, round, answers, errors));
      round++;
    }
    var targets = new ArrayList<>(List.of(more));
    targets.add(RATIO);
    return new BenchReport("chat", "all", "nginx", runs, Measures.of(runs), targets);
  }

  /** A report none of whose targets was measured. */
  private static BenchReport untargeted(int errors) {
    var full = report(errors, 50, 50, 50);
    return new BenchReport(
        full.name(),
        full.on(),
        full.against(),
        full.runs(),
        full.measures(),
        List.of(Target.atMost("chat.added_p50_ms.1", 1, 0.4)));
  }

  private static Run run(Arm arm, int round, int answers, int errors) {
    var tally = new LoadResult.Tally();
    for (int i = 0; i < answers; i++) {
      tally.answered(1_000_000L, i >= errors);
    }
    return new Run(
        "chat",
        arm,
        64,
        round,
        tally.after(Duration.ofSeconds(1)),
        Map.of("load", Duration.ofMillis(5L * answers)));
  }
}
