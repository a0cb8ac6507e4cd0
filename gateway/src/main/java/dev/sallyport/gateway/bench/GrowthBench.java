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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What it costs a tool call, and a look at the list of tools, that there are many principals, many
 * servers and many tools beside, and that many principals call: two gateways, one with few and one
 * with many, take turns under the same load.
 */
final class GrowthBench {
  static final String NAME = "growth";

  private static final int ROUNDS = 3;
  private static final int CONNECTIONS = 64;
  private static final int WARM_UPS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(250);

  /**
   * How often is tried to have every caller call in one window, since each begins with the first.
   */
  private static final int MOST_PASSES = 20;

  private static final String OTHER = "spiffe://" + TrialIdentity.TRUST_DOMAIN + "/agent/other-";
  private static final Crowd FEW = new Crowd(10, 1);
  private static final Crowd MANY = new Crowd(10_000, 40);

  /** Whom and what a gateway has beside: policies of others, and servers with tools of others. */
  private record Crowd(int policies, int servers) {
    int tools() {
      return servers * McpAnswers.CROWD;
    }
  }

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
    var identity = new TrialIdentity(clock);
    try (var upstream = upstream(McpBench.NAME, folder);
        var crowded = upstream(McpAnswers.CROWDED, folder)) {
      var bench = McpBench.of(port(upstream), identity);
      int crowd = port(crowded);
      try (var few = product(folder.resolve("few"), identity, bench, FEW, crowd);
          var many = product(folder.resolve("many"), identity, bench, MANY, crowd)) {
        awaitServers(few, FEW, progress);
        awaitServers(many, MANY, progress);
        var turns = new Turns(few, many, number, time);
        var measures = new LinkedHashMap<String, Measure>();
        var call = List.of(bench.through());
        var list = List.of(McpBench.list(identity));
        turns.measure("call", call, call, measures, progress);
        turns.measure("list", list, list, measures, progress);
        progress.accept("growth, a token for each of %d callers".formatted(MANY.policies()));
        turns.measure("callers", calls(identity, FEW), calls(identity, MANY), measures, progress);
        return report(number, measures, folder);
      }
    }
  }

  /** Two gateways that take turns. */
  private record Turns(Product few, Product many, int connections, Duration time) {
    void measure(
        String what,
        List<Load> ofFew,
        List<Load> ofMany,
        Map<String, Measure> measures,
        Consumer<String> progress)
        throws IOException {
      var ratios = new double[ROUNDS];
      var perSecond = new double[ROUNDS];
      progress.accept("growth, " + what + ", warming up");
      for (int i = 0; i < WARM_UPS; i++) {
        load(ofFew, few);
        load(ofMany, many);
      }
      for (int i = 0; i < MOST_PASSES && load(ofMany, many) * seconds() < ofMany.size(); i++) {
        progress.accept("growth, %s, until each has called".formatted(what));
      }
      for (int round = 0; round < ROUNDS; round++) {
        progress.accept("growth, %s, round %d of %d".formatted(what, round + 1, ROUNDS));
        double before = load(ofFew, few);
        perSecond[round] = load(ofMany, many);
        double after = load(ofFew, few);
        ratios[round] = 2 * perSecond[round] / (before + after);
      }
      measures.put("growth." + what + "_rps_ratio", Measure.of(ratios));
      measures.put("growth." + what + "_rps", Measure.of(perSecond));
    }

    private double seconds() {
      return time.toMillis() / 1_000.0;
    }

    private double load(List<Load> loads, Product product) throws IOException {
      var result = LoadGenerator.run(loads, product.port(), connections, time);
      if (result.errors() > 0) {
        throw new IOException(result.errors() + " calls were not answered as they should be");
      }
      return result.perSecond();
    }
  }

  /** A call of each of the others beside, who may all make it. */
  private static List<Load> calls(TrialIdentity identity, Crowd crowd) {
    return IntStream.range(0, crowd.policies())
        .mapToObj(i -> McpBench.call(identity.token(OTHER + i)))
        .toList();
  }

  /** What servers have is read and approved before anything is measured. */
  private static void awaitServers(Product product, Crowd crowd, Consumer<String> progress)
      throws IOException {
    int all = crowd.servers() + 1;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int ready = -1; ready < all; ) {
      int now = product.readyServers();
      if (now != ready) {
        progress.accept(
            "growth, registering %d tools: %d of %d servers".formatted(crowd.tools(), now, all));
      }
      ready = now;
      if (System.nanoTime() > deadline) {
        throw new IOException("the servers were not registered in " + PATIENCE.toSeconds() + " s");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static Child upstream(String answers, Path folder) throws IOException {
    return Child.java(
        UpstreamMain.class.getName(), List.of(answers), folder.resolve(answers + ".log"));
  }

  private static int port(Child upstream) throws IOException {
    return Integer.parseInt(upstream.readLine(_ -> true));
  }

  private static Product product(
      Path folder, TrialIdentity identity, Bench bench, Crowd size, int crowd) throws IOException {
    Files.createDirectories(folder);
    var resources = new StringBuilder(identity.resources()).append(bench.resources());
    for (int i = 0; i < size.policies(); i++) {
      resources.append(
          """
          ---
          apiVersion: sallyport.dev/v1
          kind: AgentPolicy
          metadata: {name: other-%1$d}
          spec: {identity: {workload: "%2$s%1$d"}, tools: [{resource: bench, actions: [%3$s]}]}
          """
              .formatted(i, OTHER, McpAnswers.TOOL));
    }
    for (int i = 0; i < size.servers(); i++) {
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

  private static BenchReport report(int connections, Map<String, Measure> measures, Path folder)
      throws IOException {
    return new BenchReport(
        NAME,
        "as in mcp, %d connections; %s".formatted(connections, words(MANY)),
        "the same with %s; evidence on %s".formatted(words(FEW), Files.getFileStore(folder).type()),
        List.of(),
        measures,
        List.of(
            Target.atLeast("growth.call_rps_ratio", 0.9, 0.97),
            Target.atLeast("growth.list_rps_ratio", 0.9, 0.97),
            Target.atLeast("growth.callers_rps_ratio", 0.9, 0.97)));
  }

  private static String words(Crowd crowd) {
    return "%d policies, %d servers and %d tools of others beside"
        .formatted(crowd.policies(), crowd.servers(), crowd.tools());
  }
}
