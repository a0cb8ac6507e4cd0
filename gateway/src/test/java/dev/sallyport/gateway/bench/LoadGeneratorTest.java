package dev.sallyport.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadGeneratorTest {
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final TrialIdentity identity = new TrialIdentity(InstantSource.system());

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void countsGoodAnswersOfAChatUpstream(int connections) throws IOException {
    try (var upstream = Upstream.of(new ChatAnswers())) {
      var load = ChatBench.of(upstream.port(), identity).direct();

      var result = LoadGenerator.run(load, upstream.port(), connections, SHORT);

      assertThat(result.answers()).isGreaterThan(connections);
      assertThat(result.errors()).isZero();
      assertThat(result.micros(0.99)).isPositive().isGreaterThanOrEqualTo(result.micros(0.5));
    }
  }

  @Test
  void countsGoodAnswersOfAnMcpUpstream() throws IOException {
    try (var upstream = Upstream.of(new McpAnswers(0))) {
      var load = McpBench.of(upstream.port(), identity).direct();

      var result = LoadGenerator.run(load, upstream.port(), 4, SHORT);

      assertThat(result.answers()).isPositive();
      assertThat(result.errors()).isZero();
    }
  }

  @Test
  void countsAnswersThatAreNotWhatWasAskedForAsErrors() throws IOException {
    try (var upstream = Upstream.of(_ -> Answers.json(503, "{}"))) {
      var load = ChatBench.of(upstream.port(), identity).direct();

      var result = LoadGenerator.run(load, upstream.port(), 2, SHORT);

      assertThat(result.errors()).isEqualTo(result.answers()).isPositive();
    }
  }

  @Test
  void refusesToRunForLong() {
    var load = new Load(new byte[0], _ -> true);

    assertThatThrownBy(() -> LoadGenerator.run(load, 1, 1, Duration.ofHours(1)))
        .hasMessageContaining("at most");
  }

  @Test
  void loadsAnUpstreamThroughAPlainReverseProxy(@TempDir Path folder) throws IOException {
    try (var upstream = Upstream.of(new ChatAnswers());
        var proxy = ReverseProxy.start(folder, upstream.port())) {
      var load = ChatBench.of(upstream.port(), identity).direct();

      var result = LoadGenerator.run(load, proxy.port(), 8, SHORT);

      assertThat(result.answers()).isPositive();
      assertThat(result.errors()).isZero();
      assertThat(proxy.process().cpu()).isNotNull();
    }
  }
}
