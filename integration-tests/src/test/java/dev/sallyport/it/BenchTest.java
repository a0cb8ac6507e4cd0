package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark as a command, in its shortest form: what it says of itself, not how fast it is. */
class BenchTest {
  @TempDir private Path folder;

  @Test
  void saysWhichTargetsItDidNotMeasure() throws Exception {
    var report = folder.resolve("report.json").toString();

    try (var product =
        ProductProcess.start(
            "bench", "evidence", "--seconds", "1", "--connections", "2", "--json", report)) {
      var told = product.output();
      assertThat(product.awaitEnd()).as(told + product.errors()).isZero();
      assertThat(told)
          .containsPattern("(?m)^evidence.rps_ratio.64 +not measured$")
          .contains("none of its targets was measured");
    }

    var summary = new JsonMapper().readTree(Path.of(report).toFile()).path("summary");
    assertThat(summary.path("meets_targets").isNull()).isTrue();
    assertThat(summary.at("/evidence/errors").asInt(-1)).isZero();
    assertThat(summary.at("/evidence/measures/evidence.rps_ratio.2/median").asDouble())
        .isPositive();
  }

  /** And so with resources that hold together, which change while it measures. */
  @Test
  void measuresHowListenersAreToldOfChanges() throws Exception {
    var report = folder.resolve("report.json");

    try (var product =
        ProductProcess.start(
            "bench", "listen", "--connections", "20", "--json", report.toString())) {
      var told = product.output();
      assertThat(product.awaitEnd()).as(told + product.errors()).isZero();
    }

    var measures = new JsonMapper().readTree(report.toFile()).at("/summary/listen/measures");
    assertThat(measures.at("/listen.told_p50_ms.20/median").asDouble()).isPositive();
  }

  @Test
  void saysAtOnceThatTheReportCannotBeWritten() throws Exception {
    var file = folder.resolve("none/report.json");

    try (var product = ProductProcess.start("bench", "policy", "--json", file.toString())) {
      assertThat(product.output()).isEmpty();
      assertThat(product.awaitEnd()).isEqualTo(1);
      assertThat(product.sentences())
          .containsExactly(
              "The report cannot be written to " + file + "; name another file with --json.");
    }
  }

  @Test
  void endsWhatItStartedWhenItIsEnded() throws Exception {
    try (var product = ProductProcess.start("bench", "mcp", "--seconds", "1")) {
      product.awaitErrors("warming up");
      var started = product.descendants();
      assertThat(started).hasSizeGreaterThan(1);

      product.end();

      for (var process : started) {
        process.onExit().get(30, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void leavesAnEarlierReportAloneUntilThereIsANewOne() throws Exception {
    var file = Files.writeString(folder.resolve("report.json"), "earlier");

    try (var product = ProductProcess.start("bench", "nonsense", "--json", file.toString())) {
      assertThat(product.awaitEnd()).isEqualTo(2);
    }

    assertThat(file).hasContent("earlier");
  }
}
