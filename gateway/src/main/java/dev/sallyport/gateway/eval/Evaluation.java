package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.eval.Corpus.Goal;
import dev.sallyport.gateway.eval.Corpus.Suite;
import dev.sallyport.gateway.eval.Corpus.Task;
import dev.sallyport.gateway.eval.Trial.Outcome;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Plays every task of a corpus under every attack, through a gateway of its own. */
final class Evaluation {
  private static final int TOGETHER = 12;
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

  /** Evaluates a corpus. */
  EvalReport run(Corpus corpus) throws IOException, InterruptedException {
    try (var tools = new CorpusServer(corpus.suites());
        var stage =
            Stage.open(servers(corpus, tools), contracts(corpus), List.of(), clock, progress);
        var players = Executors.newFixedThreadPool(TOGETHER)) {
      var trial = new Trial(stage, tools);
      var played = new ArrayList<Played>();
      for (var arm : arms) {
        for (var suite : corpus.suites()) {
          begin(arm, suite, trial, players, played);
        }
      }
      try {
        var ended = awaited(played);
        return new Tally(arms, attacks).report(corpus, ended, passedOn(corpus, trial));
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

  /** Of how many tasks a value that an attacker has chosen arrives at a call with consequences. */
  private Map<Arm, Proportion> passedOn(Corpus corpus, Trial trial)
      throws IOException, InterruptedException {
    var arrived = new EnumMap<Arm, Proportion>(Arm.class);
    for (var arm : arms) {
      if (arm == Arm.SUMMARY) {
        continue; // no value passes it: the agent gets the words of a model
      }
      int number = 0;
      int all = 0;
      for (var suite : corpus.suites()) {
        for (var value : PassedOn.in(suite)) {
          number += trial.passesOn(value, arm) ? 1 : 0;
          all++;
        }
      }
      arrived.put(arm, new Proportion(number, all));
    }
    return arrived;
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

  private String contracts(Corpus corpus) {
    return arms.stream()
        .filter(Arm::hasContracts)
        .flatMap(arm ->
            corpus.suites().stream().map(suite -> SchemaContracts.of(suite, arm.server(suite))))
        .collect(Collectors.joining());
  }

  /** One of each suite for each quarantine: those of one arm do for another of the same. */
  private List<Stage.Server> servers(Corpus corpus, CorpusServer tools) {
    return arms.stream()
        .flatMap(arm ->
            corpus.suites().stream()
                .map(suite ->
                    new Stage.Server(arm.server(suite), tools.url(suite), arm.quarantine())))
        .distinct()
        .toList();
  }
}
