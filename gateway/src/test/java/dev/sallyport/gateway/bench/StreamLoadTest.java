package dev.sallyport.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreamLoadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration TIME = Duration.ofSeconds(1);

  @ParameterizedTest
  @CsvSource({"1,3", "3,20"})
  void countsEveryEventOfEveryStreamOnce(int connections, int events) throws IOException {
    try (var upstream = StreamUpstream.open();
        var load = load("bench-%dx1".formatted(events), upstream.port())) {
      load.open(connections, PATIENCE);
      long begun = load.result().begun();
      long early = load.result().events();
      var result = load.read(TIME);
      assertThat(result.errors()).isZero();
      assertThat(result.streams()).isPositive();
      long all = result.events() + early;
      assertThat(all)
          .isBetween(
              (long) events * result.streams(),
              (long) events * (result.streams() + begun + connections));
      assertThat(result.delayMillis(0.5)).isBetween(0.0, 5_000.0);
      assertThat(result.firstMillis(0.5)).isBetween(0.0, 5_000.0);
    }
  }

  @Test
  void keepsStreamsOpenThatHaveNoEnd() throws IOException {
    try (var upstream = StreamUpstream.open();
        var load = load("bench-0x5", upstream.port())) {
      load.open(4, PATIENCE);
      var result = load.read(TIME);
      assertThat(result.begun()).isZero();
      assertThat(result.streams()).isZero();
      assertThat(result.events()).isPositive();
    }
  }

  @Test
  void opensMoreThanMayBeginAtOnce() throws IOException {
    try (var upstream = StreamUpstream.open();
        var load = load("bench-0x1000", upstream.port())) {
      load.open(200, PATIENCE);
      load.open(100, PATIENCE);
      assertThat(load.result().begun()).isEqualTo(300);
      assertThat(load.result().errors()).isZero();
    }
  }

  @Test
  void saysWhichStreamsDidNotBegin() throws IOException {
    try (var upstream = StreamUpstream.open();
        var load = load("another", upstream.port())) {
      assertThatThrownBy(() -> load.open(1, PATIENCE))
          .isInstanceOf(IOException.class)
          .hasMessage("only 0 of 1 streams began, 1 broke, the first of them with: -");
      assertThat(load.result().errors()).isEqualTo(1);
    }
  }

  private static StreamLoad load(String model, int port) throws IOException {
    var body = "{\"model\":\"%s\"}".formatted(model);
    var load = Load.post("/v1/chat/completions", Map.of(), body, _ -> true);
    return new StreamLoad(load, port, Duration.ofMillis(1));
  }
}
