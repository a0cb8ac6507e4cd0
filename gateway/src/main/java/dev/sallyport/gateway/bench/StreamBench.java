package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Streamed model calls: how much later the first event comes, how much each event is delayed, and
 * what an open stream takes.
 */
final class StreamBench {
  static final String NAME = "stream";

  /** 20 events, one each 10 ms: what Archestra publishes numbers of. */
  private static final String BRIEF = "bench-20x10";

  private static final Duration BRIEF_INTERVAL = Duration.ofMillis(10);

  /** An event each second, without an end. */
  private static final String OPEN = "bench-0x1000";

  private static final Duration OPEN_INTERVAL = Duration.ofSeconds(1);
  private static final int OPEN_STREAMS = 5_000;
  private static final int ROUNDS = 3;
  private static final int WARM_UPS = 5;
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final double KIB = 1_024;

  private final Stage stage;
  private final Consumer<String> progress;
  private final Map<String, Measure> measures = new LinkedHashMap<>();

  private StreamBench(Stage stage, Consumer<String> progress) {
    this.stage = stage;
    this.progress = progress;
  }

  /**
   * Measures it.
   *
   * @param folder for the files of those who take part
   * @param time how long each way is under load in each round
   * @param connections how many connections, rather than 1, 10 and 50 that take one stream after
   *     the other, and 5000 that stay open
   */
  static BenchReport run(
      Path folder,
      Duration time,
      Optional<Integer> connections,
      InstantSource clock,
      Consumer<String> progress)
      throws IOException {
    var numbers = connections.map(List::of).orElse(List.of(1, 10, 50));
    var plan = new BenchPlan(NAME, StreamBench::of, ROUNDS, time, numbers);
    try (var stage = new Stage(plan, folder, clock)) {
      var bench = new StreamBench(stage, progress);
      bench.brief(numbers, time);
      bench.open(connections.orElse(OPEN_STREAMS), time);
      return new BenchReport(
          NAME,
          stage.bench().on(),
          stage.against()
              + "; of Archestra's gateway its makers say +17 ms to the first event without policy",
          List.of(),
          bench.measures,
          stage.bench().targets());
    }
  }

  private static Bench of(int upstreamPort, TrialIdentity identity) {
    return new Bench(
        NAME,
        direct(BRIEF),
        through(BRIEF, identity),
        ModelResources.of(upstreamPort, Map.of(BRIEF, BRIEF, OPEN, OPEN)),
        "JWT-SVID, policy, daily budget, credential injection and redaction, usage and cost,"
            + " durable evidence before the call and before the end of the answer",
        List.of(
            Target.atMost("stream.added_first_p50_ms.10", 3, 0.6),
            Target.atMost("stream.added_first_p99_ms.10", 15, 4),
            Target.atMost("stream.kib_a_stream." + OPEN_STREAMS, 64, 34),
            Target.atMost("stream.event_p99_ms." + OPEN_STREAMS, 5, 0.5)));
  }

  /** One stream after the other on each connection. */
  private void brief(List<Integer> numbers, Duration time) throws IOException {
    for (var arm : Arm.values()) {
      progress.accept("warming up " + arm.label());
      for (int i = 0; i < WARM_UPS; i++) {
        var _ = brief(arm, numbers.getLast(), WARM_UP);
      }
    }
    for (int number : numbers) {
      var rounds = new Rounds(number);
      for (int round = 0; round < ROUNDS; round++) {
        var results = new EnumMap<Arm, StreamResult>(Arm.class);
        for (var arm : Arm.values()) {
          progress.accept(
              "%s, %d connections, round %d of %d: %s"
                  .formatted(NAME, number, round + 1, ROUNDS, arm.label()));
          results.put(arm, brief(arm, number, time));
        }
        rounds.add(results);
      }
      rounds.measure(measures);
    }
  }

  private StreamResult brief(Arm arm, int number, Duration time) throws IOException {
    try (var load = new StreamLoad(load(arm, BRIEF), stage.port(arm), BRIEF_INTERVAL)) {
      load.open(number, PATIENCE);
      var result = load.read(time);
      if (result.errors() > 0 || result.streams() == 0) {
        throw new IOException(
            "%d streams broke, %d ended".formatted(result.errors(), result.streams()));
      }
      return result;
    }
  }

  /** Many streams that stay open; the upstream has what is measured of the direct way. */
  private void open(int number, Duration time) throws IOException {
    for (var arm : Arm.values()) {
      progress.accept("%s, %d open: %s".formatted(NAME, number, arm.label()));
      var name = arm == Arm.SALLYPORT ? "" : arm.label() + "_";
      try (var load = new StreamLoad(load(arm, OPEN), stage.port(arm), OPEN_INTERVAL)) {
        load.open(Math.max(number / 10, 1), PATIENCE); // warms up
        var _ = load.read(WARM_UP);
        long before = stage.residentBytes(arm);
        load.open(number, PATIENCE);
        var began = load.result();
        put("%sfirst_p99_ms_at_opening".formatted(name), number, began.firstMillis(0.99));
        var result = load.read(time.plus(OPEN_INTERVAL));
        if (result.errors() > 0) {
          throw new IOException("%d open streams broke".formatted(result.errors()));
        }
        var kib = (stage.residentBytes(arm) - before) / KIB / number;
        put(name + "kib_a_stream", number, kib);
        put(name + "event_p50_ms", number, result.delayMillis(0.5));
        put(name + "event_p99_ms", number, result.delayMillis(0.99));
        put(name + "jitter_p99_ms", number, result.jitterMillis(0.99));
      }
    }
  }

  private void put(String measure, int number, double value) {
    measures.put("%s.%s.%d".formatted(NAME, measure, number), Measure.of(value));
  }

  private Load load(Arm arm, String model) {
    return arm == Arm.SALLYPORT ? through(model, stage.identity()) : direct(model);
  }

  private static Load direct(String model) {
    return load(model, "upstream-secret-of-the-bench");
  }

  private static Load through(String model, TrialIdentity identity) {
    return load(model, identity.token());
  }

  private static Load load(String model, String token) {
    var body =
        """
        {"model":"%s","messages":[{"role":"user","content":"%s"}],"stream":true,"max_tokens":200}\
        """
            .formatted(model, "May both doors of a sallyport be open at once? ".repeat(28));
    return Load.post(
        "/v1/chat/completions", Map.of("Authorization", "Bearer " + token), body, _ -> true);
  }

  /** What the ways did with one number of connections, round by round. */
  private static final class Rounds {
    private final int number;
    private final Map<String, double[]> values = new LinkedHashMap<>();
    private int round;

    Rounds(int number) {
      this.number = number;
    }

    void add(Map<Arm, StreamResult> results) {
      var direct = result(results, Arm.DIRECT);
      var proxy = result(results, Arm.PROXY);
      var product = result(results, Arm.SALLYPORT);
      for (var share : List.of(50, 99)) {
        double of = share / 100.0;
        put("added_first_p%d_ms", share, product.firstMillis(of) - direct.firstMillis(of));
        put("proxy_added_first_p%d_ms", share, proxy.firstMillis(of) - direct.firstMillis(of));
        put("added_event_p%d_ms", share, product.delayMillis(of) - direct.delayMillis(of));
        put("proxy_added_event_p%d_ms", share, proxy.delayMillis(of) - direct.delayMillis(of));
      }
      put("jitter_p%d_ms", 99, product.jitterMillis(0.99));
      put("proxy_jitter_p%d_ms", 99, proxy.jitterMillis(0.99));
      put("direct_jitter_p%d_ms", 99, direct.jitterMillis(0.99));
      round++;
    }

    private static StreamResult result(Map<Arm, StreamResult> results, Arm arm) {
      return results.getOrDefault(arm, new StreamResult(BRIEF_INTERVAL));
    }

    private void put(String measure, int share, double value) {
      values.computeIfAbsent(measure.formatted(share), _ -> new double[ROUNDS])[round] = value;
    }

    void measure(Map<String, Measure> measures) {
      values.forEach(
          (name, of) -> measures.put("%s.%s.%d".formatted(NAME, name, number), Measure.of(of)));
    }
  }
}
