package dev.sallyport.gateway.bench;

import dev.sallyport.gateway.trial.Child;
import dev.sallyport.gateway.trial.Product;
import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What it takes to keep many MCP clients told of changes: the memory of each open stream of {@code
 * subscriptions/listen}, and how long after the first of them the others are told.
 */
final class ListenBench {
  static final String NAME = "listen";

  private static final int ROUNDS = 3;
  private static final int STREAMS = 5_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final double KIB = 1_024;

  private static final int CONNECTIONS = 8;
  private static final Duration STEP = Duration.ofSeconds(2);
  private static final int MOST_STEPS = 30;

  /** Of all memory: how much less than that a step adds when it adds no more. */
  private static final double SETTLED = 0.005;

  private ListenBench() {}

  /**
   * Measures it.
   *
   * @param folder for the files of those who take part
   * @param streams how many are open, rather than 5000
   */
  static BenchReport run(
      Path folder, Optional<Integer> streams, InstantSource clock, Consumer<String> progress)
      throws IOException {
    int number = streams.orElse(STREAMS);
    var identity = new TrialIdentity(clock);
    try (var upstream =
        Child.java(
            UpstreamMain.class.getName(), List.of(McpBench.NAME), folder.resolve("upstream.log"))) {
      int upstreamPort = Integer.parseInt(upstream.readLine(_ -> true));
      var resources = identity.resources() + policy() + change(ROUNDS, upstreamPort);
      try (var product = Product.start(folder, resources);
          var open = new ListenStreams(product.port(), identity.token())) {
        progress.accept("listen, opening " + number + " streams");
        open.open(number / 10, PATIENCE); // warms up
        long before = settledBytes(product, identity);
        open.open(number, PATIENCE);
        var kib = (settledBytes(product, identity) - before) / KIB / number;
        var p50 = new double[ROUNDS];
        var p99 = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
          progress.accept(
              "listen, %d streams, round %d of %d".formatted(number, round + 1, ROUNDS));
          product.apply(change(round, upstreamPort));
          var told = open.awaitAll(PATIENCE);
          p50[round] = told.quantile(0.5) / 1e6;
          p99[round] = told.quantile(0.99) / 1e6;
        }
        return report(number, Measure.of(kib), Measure.of(p50), Measure.of(p99), folder);
      }
    }
  }

  /**
   * The memory of the product after as many calls as it takes until it needs no more. Calls go
   * through all of the young generation, which is memory that streams do not need; and they make
   * the collector keep what streams need elsewhere, so that it counts.
   */
  private static long settledBytes(Product product, TrialIdentity identity) throws IOException {
    long bytes = ResidentMemory.of(product.process());
    for (int i = 0; i < MOST_STEPS; i++) {
      long before = bytes;
      var calls = LoadGenerator.run(McpBench.list(identity), product.port(), CONNECTIONS, STEP);
      if (calls.errors() > 0) {
        throw new IOException(calls.errors() + " calls were not answered as they should be");
      }
      bytes = ResidentMemory.of(product.process());
      if (bytes - before < before * SETTLED) {
        return bytes;
      }
    }
    throw new IOException("the memory of the product grew without end");
  }

  private static BenchReport report(int streams, Measure kib, Measure p50, Measure p99, Path folder)
      throws IOException {
    var measures = new LinkedHashMap<String, Measure>();
    measures.put("listen.kib_a_stream." + streams, kib);
    measures.put("listen.told_p50_ms." + streams, p50);
    measures.put("listen.told_p99_ms." + streams, p99);
    return new BenchReport(
        NAME,
        "one JWT-SVID, every stream's list decided anew at each change",
        "nothing; evidence on " + Files.getFileStore(folder).type(),
        List.of(),
        measures,
        List.of(Target.atMost("listen.kib_a_stream." + STREAMS, 64, 34)));
  }

  private static String policy() {
    return """
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: bench}
    spec: {identity: {workload: "%s"}, tools: [{resource: benches, actions: ["%s"]}]}
    ---
    """
        .formatted(TrialIdentity.WORKLOAD, McpAnswers.TOOL);
  }

  /** One more server, whose tool the caller may call: so its list of tools has changed. */
  private static String change(int round, int upstreamPort) {
    return """
    apiVersion: sallyport.dev/v1
    kind: ToolBinding
    metadata: {name: bench-%1$d}
    spec: {server: bench-%1$d, tools: {%2$s: {resource: benches, action: %2$s}}}
    ---
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: bench-%1$d}
    spec: {transport: streamable-http, url: "http://127.0.0.1:%3$d/mcp", approval: auto, quarantine: strict}
    """
        .formatted(round, McpAnswers.TOOL, upstreamPort);
  }
}
