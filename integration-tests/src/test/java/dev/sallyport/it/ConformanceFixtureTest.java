package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server of ours that other tests measure the product by. */
@Timeout(240)
class ConformanceFixtureTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"2025-11-25, 80", "2026-07-28, 140"})
  void theFixtureMeetsAllThatIsRequiredOfAServer(String revision, int enough) {
    try (var server = NodeServer.fixture()) {
      var outcome = Conformance.run(server.uri(), revision, folder);

      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
      assertThat(outcome.successes()).isGreaterThan(enough);
    }
  }
}
