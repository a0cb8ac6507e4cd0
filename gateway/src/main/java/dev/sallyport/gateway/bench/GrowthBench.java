package dev.sallyport.gateway.bench;

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
 * What it costs a tool call that there are many principals and many tools beside: two gateways, one
 * with 10 of each and one with 10,000, take turns under the same load.
 */
final class GrowthBench {
  static final String NAME = "growth";

  private static final int ROUNDS = 3;
  private static final int FEW = 10;
  private static final int MANY = 10_000;
  private static final int CONNECTIONS = 64;
  private static final int WARM_UPS = 6;

  private GrowthBench() {}

  /**
   * Measures it.
   *
   * @param folder for the files of those who take part
   * @param connections how many calls are under way, rather than 64
   */
  static BenchReport run(
      Path folder,
      Duration time,
      Optional<Integer> connections,
      InstantSource clock,
      Consumer<String> progress)
      throws IOException {
    int number = connections.orElse(CONNECTIONS);
    var identity = new BenchIdentity(clock);
    try (var upstream = upstream(McpBench.NAME, folder);
        var crowded = upstream(McpAnswers.CROWDED, folder)) {
      var bench = McpBench.of(port(upstream), identity);
      int crowd = port(crowded);
      try (var few = product(folder.resolve("few"), identity, bench, FEW, crowd);
          var many = product(folder.resolve("many"), identity, bench, MANY, crowd)) {
        var ratios = new double[ROUNDS];
        var perSecond = new double[ROUNDS];
        progress.accept("growth, warming up");
        for (int i = 0; i < WARM_UPS; i++) {
          load(bench, few, number, time);
          load(bench, many, number, time);
        }
        for (int round = 0; round < ROUNDS; round++) {
          progress.accept("growth, round %d of %d".formatted(round + 1, ROUNDS));
          double before = load(bench, few, number, time);
          perSecond[round] = load(bench, many, number, time);
          double after = load(bench, few, number, time);
          ratios[round] = 2 * perSecond[round] / (before + after);
        }
        return report(number, Measure.of(ratios), Measure.of(perSecond), folder);
      }
    }
  }

  private static Child upstream(String answers, Path folder) throws IOException {
    return Child.java(
        UpstreamMain.class.getName(), List.of(answers), folder.resolve(answers + ".log"));
  }

  private static int port(Child upstream) throws IOException {
    return Integer.parseInt(upstream.readLine(_ -> true));
  }

  private static double load(Bench bench, Product product, int connections, Duration time)
      throws IOException {
    var result = LoadGenerator.run(bench.through(), product.port(), connections, time);
    if (result.errors() > 0) {
      throw new IOException(result.errors() + " calls were not answered as they should be");
    }
    return result.perSecond();
  }

  private static Product product(
      Path folder, BenchIdentity identity, Bench bench, int number, int crowd) throws IOException {
    Files.createDirectories(folder);
    var resources = new StringBuilder(identity.resources()).append(bench.resources());
    for (int i = 0; i < number; i++) {
      resources.append(
          """
          ---
          apiVersion: sallyport.dev/v1
          kind: AgentPolicy
          metadata: {name: other-%1$d}
          spec: {identity: {workload: "spiffe://bench.example/agent/other-%1$d"}, tools: [{resource: bench, actions: [read]}]}
          """
              .formatted(i));
    }
    for (int i = 0; i < number / McpAnswers.CROWD; i++) {
      resources.append(
          """
          ---
          apiVersion: sallyport.dev/v1
          kind: McpServer
          metadata: {name: crowd-%d}
          spec: {transport: streamable-http, url: "http://127.0.0.1:%d/mcp", approval: auto, quarantine: strict}
          """
              .formatted(i, crowd));
    }
    return Product.start(folder, resources.toString());
  }

  private static BenchReport report(int connections, Measure ratios, Measure perSecond, Path folder)
      throws IOException {
    var measures = new LinkedHashMap<String, Measure>();
    measures.put("growth.rps_ratio." + MANY, ratios);
    measures.put("growth.rps." + MANY, perSecond);
    return new BenchReport(
        NAME,
        "as in mcp, %d connections; %d policies and tools of others beside"
            .formatted(connections, MANY),
        "the same with %d; evidence on %s".formatted(FEW, Files.getFileStore(folder).type()),
        List.of(),
        measures,
        List.of(Target.atLeast("growth.rps_ratio." + MANY, 0.9, 0.97)));
  }
}
