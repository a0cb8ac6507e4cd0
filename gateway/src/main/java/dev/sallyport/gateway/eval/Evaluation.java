package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.eval.Corpus.Goal;
import dev.sallyport.gateway.eval.Corpus.Suite;
import dev.sallyport.gateway.eval.Corpus.Task;
import dev.sallyport.gateway.eval.Trial.Outcome;
import dev.sallyport.gateway.trial.Product;
import dev.sallyport.gateway.trial.TrialIdentity;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Plays every task of a corpus under every attack, through a gateway of its own. */
final class Evaluation {
  private static final int TOGETHER = 12;
  private static final long LOOK_NANOS = 100_000_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final int TOLD_EVERY = 1_000;

  private final List<Arm> arms;
  private final List<Attack> attacks;
  private final InstantSource clock;
  private final Consumer<String> progress;

  /**
   * An evaluation.
   *
   * @param progress is told how far it is
   */
  Evaluation(List<Arm> arms, List<Attack> attacks, InstantSource clock, Consumer<String> progress) {
    this.arms = arms;
    this.attacks = attacks;
    this.clock = clock;
    this.progress = progress;
  }

  private record Played(Arm arm, Suite suite, Task task, Attack attack, Future<Outcome> outcome) {}

  /**
   * Evaluates a corpus.
   *
   * @param folder for the data and the log of the gateway
   */
  EvalReport run(Corpus corpus, Path folder) throws IOException, InterruptedException {
    var identity = new TrialIdentity(clock);
    try (var tools = new CorpusServer(corpus.suites());
        var product = Product.start(folder, resources(corpus, identity, tools));
        var http = HttpClient.newHttpClient();
        var players = Executors.newFixedThreadPool(TOGETHER)) {
      awaitServers(product, servers(corpus));
      var trial = new Trial(http, product.port(), identity.token(), tools);
      var played = new ArrayList<Played>();
      for (var arm : arms) {
        for (var suite : corpus.suites()) {
          begin(arm, suite, trial, players, played);
        }
      }
      try {
        return new Tally(arms, attacks).report(corpus, awaited(played));
      } finally {
        players.shutdownNow();
      }
    }
  }

  /** A scene that was played. */
  record Ended(Arm arm, Suite suite, Task task, Attack attack, Outcome outcome) {}

  private void begin(
      Arm arm, Suite suite, Trial trial, ExecutorService players, List<Played> played) {
    for (var task : suite.tasks()) {
      if (task.visible().isEmpty()) {
        continue;
      }
      for (Goal goal : suite.goals()) {
        for (var attack : attacks) {
          var scene = new Scene(suite, task, goal, attack);
          played.add(
              new Played(
                  arm, suite, task, attack, players.submit(() -> trial.play(scene, suite, arm))));
        }
      }
    }
  }

  private List<Ended> awaited(List<Played> played) throws IOException, InterruptedException {
    var ended = new ArrayList<Ended>();
    for (var one : played) {
      try {
        ended.add(new Ended(one.arm(), one.suite(), one.task(), one.attack(), one.outcome().get()));
      } catch (ExecutionException e) {
        throw new IOException("a scene could not be played: " + e.getCause(), e);
      }
      if (ended.size() % TOLD_EVERY == 0 || ended.size() == played.size()) {
        progress.accept("eval, %d of %d scenes".formatted(ended.size(), played.size()));
      }
    }
    return ended;
  }

  private int servers(Corpus corpus) {
    return corpus.suites().size() * (int) arms.stream().map(Arm::quarantine).distinct().count();
  }

  private void awaitServers(Product product, int all) throws IOException {
    progress.accept("eval, registering the tools of %d servers".formatted(all));
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (product.readyServers() < all) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the tools of the corpus could not be registered");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private String resources(Corpus corpus, TrialIdentity identity, CorpusServer tools) {
    var resources = new StringBuilder(identity.resources());
    var granted = new ArrayList<String>();
    var servers = new EnumMap<Arm, Boolean>(Arm.class);
    for (var arm : arms) {
      if (servers.keySet().stream().anyMatch(of -> of.quarantine().equals(arm.quarantine()))) {
        continue; // those of another arm do as well
      }
      servers.put(arm, true);
      for (var suite : corpus.suites()) {
        var server = arm.server(suite);
        granted.add("{resource: %s, actions: [\"*\"]}".formatted(server));
        resources.append(
            """
            apiVersion: sallyport.dev/v1
            kind: McpServer
            metadata: {name: %s}
            spec: {transport: streamable-http, url: "%s", approval: auto, quarantine: %s, mayShadow: [%s]}
            ---
            """
                .formatted(server, tools.url(suite), arm.quarantine(), others(corpus, server)));
      }
    }
    return resources
        .append(
            """
            apiVersion: sallyport.dev/v1
            kind: AgentPolicy
            metadata: {name: eval}
            spec:
              identity: {workload: "%s"}
              tools: [%s]
            """
                .formatted(TrialIdentity.WORKLOAD, String.join(", ", granted)))
        .toString();
  }

  /** Every other server: suites may have tools of names that look alike. */
  private String others(Corpus corpus, String server) {
    return arms.stream()
        .flatMap(arm -> corpus.suites().stream().map(arm::server))
        .distinct()
        .filter(other -> !other.equals(server))
        .collect(Collectors.joining(", "));
  }
}
