package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is measured, in which order: rounds in which the ways take turns, so that whatever else the
 * machine does meets them all.
 *
 * @param rounds how often the ways take turns
 * @param time how long each turn lasts
 * @param connections the numbers of connections to measure with
 */
record BenchPlan(String name, Setting bench, int rounds, Duration time, List<Integer> connections) {
  private static final int ROUNDS = 3;
  private static final Duration SHORTEST_WARM_UP = Duration.ofSeconds(2);
  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(3);
  private static final Duration LONGEST_WARMING_UP = Duration.ofMinutes(2);
  private static final int WARMING_UP_TIMES = 30;
  private static final int FLAT_WARM_UPS = 5;
  private static final double GAIN = 1.03;
  private static final int FULL = 64;

  BenchPlan {
    connections = List.copyOf(connections);
  }

  /**
   * The plan of a benchmark.
   *
   * @param connections the one number to measure with, rather than those that the targets name
   */
  static BenchPlan of(String name, Duration time, Optional<Integer> connections) {
    var only = connections.map(List::of);
    return switch (name) {
      case ChatBench.NAME ->
          new BenchPlan(name, ChatBench::of, ROUNDS, time, only.orElse(List.of(FULL, 1, 10, 50)));
      case McpBench.NAME ->
          new BenchPlan(name, McpBench::of, ROUNDS, time, only.orElse(List.of(FULL, 1)));
      default -> throw new IllegalArgumentException("no benchmark of calls is named " + name);
    };
  }

  /** Carries it out. */
  List<Run> carryOut(Stage stage, Consumer<String> progress) throws IOException {
    for (var arm : Arm.values()) {
      progress.accept("warming up " + arm.label());
      warmUp(stage, arm);
    }
    var runs = new ArrayList<Run>();
    for (int number : connections) {
      for (int round = 1; round <= rounds; round++) {
        for (var arm : Arm.values()) {
          progress.accept(
              "%s, %d connections, round %d of %d: %s"
                  .formatted(name, number, round, rounds, arm.label()));
          runs.add(stage.run(arm, number, round, time));
        }
      }
    }
    return runs;
  }

  /** How long a way is under load at a time before it is measured. */
  Duration warmUp() {
    var half = time.dividedBy(2);
    if (half.compareTo(SHORTEST_WARM_UP) < 0) {
      return SHORTEST_WARM_UP;
    }
    return half.compareTo(LONGEST_WARM_UP) < 0 ? half : LONGEST_WARM_UP;
  }

  /** How often at most: all in all for 30 times as long as a turn lasts, or for two minutes. */
  int warmUps() {
    var all = time.multipliedBy(WARMING_UP_TIMES);
    return (int)
        (all.compareTo(LONGEST_WARMING_UP) < 0 ? all : LONGEST_WARMING_UP).dividedBy(warmUp());
  }

  /**
   * Keeps a way under load until that no longer makes it cheaper: what an answer takes of the
   * processor says when a JVM has compiled what is hot, and what else the machine does changes it
   * less than how fast answers come.
   */
  private void warmUp(Stage stage, Arm arm) throws IOException {
    double best = Double.MAX_VALUE;
    int flat = 0;
    for (int i = 0; i < warmUps() && flat < FLAT_WARM_UPS; i++) {
      double now = stage.run(arm, FULL, 0, warmUp()).cpuMicrosPerAnswer(arm.part());
      flat = now < best / GAIN ? 0 : flat + 1;
      best = Math.min(best, now);
    }
  }

  /** Sets a benchmark up once its upstream's port is known. */
  @FunctionalInterface
  interface Setting {
    Bench of(int upstreamPort, TrialIdentity identity);
  }
}
