package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.it.Conformance.Check;
import dev.sallyport.it.Conformance.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The conformance suite finds the same of a server whether it is asked through the gateway or not.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {
  private static final int FEWEST_CHECKS = 80;

  /**
   * Where the gateway is better than what is behind it: it takes up the stream that a server closed
   * before its answer, and keeps open that of its client, which then has nothing to take up.
   */
  private static final Set<String> NOT_THE_SAME = Set.of("server-sse-disconnect-resume");

  private final Map<String, Outcome> direct = new HashMap<>();
  private FixtureScene scene;

  @BeforeAll
  void open(@TempDir Path folder) {
    scene = FixtureScene.open(folder);
  }

  @AfterAll
  void close() {
    scene.close();
  }

  @ParameterizedTest
  @CsvSource({"2025-11-25, sessions", "2025-11-25, fixture", "2026-07-28, fixture"})
  void theSuiteFindsTheSameThroughTheGateway(String revision, String name, @TempDir Path folder)
      throws IOException {
    var direct = direct(revision, work(folder, "direct"));
    try (var shim = McpShim.authorizing(scene.through(name), scene.guestToken())) {
      var through = Conformance.run(shim.uri(), revision, work(folder, "through"));

      assertThat(differences(direct, through)).isEmpty();
      assertThat(through.exitCode()).as(through.output()).isZero();
    }
  }

  private Outcome direct(String revision, Path folder) {
    var outcome =
        direct.computeIfAbsent(revision, asked -> Conformance.run(scene.direct(), asked, folder));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.successes()).isGreaterThan(FEWEST_CHECKS);
    assertThat(outcome.checks()).extracting(Check::status).doesNotContain("FAILURE");
    return outcome;
  }

  private static Path work(Path folder, String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  /** What came out only directly, after a minus, and only through the gateway, after a plus. */
  private static String differences(Outcome direct, Outcome through) {
    var all = new TreeSet<>(direct.checks());
    all.addAll(through.checks());
    var lines = new StringBuilder();
    for (var check : all) {
      if (NOT_THE_SAME.contains(check.id()) && !check.status().equals("FAILURE")) {
        continue;
      }
      if (!through.checks().contains(check)) {
        lines.append("\n- ").append(check);
      } else if (!direct.checks().contains(check)) {
        lines.append("\n+ ").append(check);
      }
    }
    return lines.toString();
  }
}
