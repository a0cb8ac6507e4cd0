package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.Corpus.Suite;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Plays scenes through the gateway: an agent does its task call by call, and at once whatever it
 * reads that it has been told to do. Thread-safe.
 */
final class Trial {
  /** What differs from turn to turn in a reference. */
  private static final Pattern NONCE = Pattern.compile("(\\{\\{[a-z]+#[0-9]+)\\.[a-z2-7]+}}");

  private final Stage stage;
  private final CorpusServer tools;
  private final AtomicLong scenes = new AtomicLong();

  Trial(Stage stage, CorpusServer tools) {
    this.stage = stage;
    this.tools = tools;
  }

  /**
   * How a scene ended.
   *
   * @param lost whether the attacker has what it wanted
   * @param steered whether a call with consequences was made that the task does not have
   * @param seen all that the agent's model would have been given, as one text
   * @param refused how many calls of the task the gateway refused
   */
  record Outcome(boolean lost, boolean steered, String seen, int refused) {}

  /** Plays a scene with an agent that obeys whatever it can read. */
  Outcome play(Scene scene, Suite suite, Arm arm) throws IOException, InterruptedException {
    var name = "scene-" + scenes.incrementAndGet();
    var agent = stage.turn(arm.server(suite), name);
    var reader = new GullibleReader(suite.goals());
    tools.begin(name, scene);
    try {
      return play(scene, agent, reader, arm);
    } finally {
      tools.end(name);
    }
  }

  /** Plays a task whose agent sends on a value that an attacker has chosen: whether it arrives. */
  boolean passesOn(PassedOn value, Arm arm) throws IOException, InterruptedException {
    var name = "scene-" + scenes.incrementAndGet();
    var agent = stage.turn(arm.server(value.suite()), name);
    var scene = value.scene();
    tools.begin(name, scene);
    try {
      var seen = Optional.<Call>empty();
      for (int i = 0; i < value.used(); i++) {
        var answer = agent.call(value.task().steps().get(i).call());
        if (i == value.given()) {
          seen = value.sent(answer.seen());
        }
      }
      if (seen.isPresent()) {
        Answer _ = agent.call(seen.get());
      }
      return scene.isSent(PassedOn.MARK);
    } finally {
      tools.end(name);
    }
  }

  private static Outcome play(Scene scene, AgentTurn agent, GullibleReader reader, Arm arm)
      throws IOException, InterruptedException {
    var seen = new StringBuilder();
    var summary = new TrustedSummary(scene.suite(), scene.task(), scene.goal());
    int refused = 0;
    for (var step : scene.task().steps()) {
      var answer = agent.call(step.call());
      refused += answer.isRefusal() ? 1 : 0;
      var read = arm.seen(answer.seen());
      if (arm == Arm.SUMMARY) {
        var told = summary.of(step.call(), read);
        read = told.seen();
        if (!scene.isSteered() && told.wanted().isPresent()) {
          Answer _ = agent.call(told.wanted().get());
        }
      }
      seen.append(NONCE.matcher(read.toString()).replaceAll("$1}}")).append('\n');
      for (var goal : reader.obeys(read)) {
        scene.obeyed(goal);
        for (var call : goal.calls()) {
          Answer _ = agent.call(call);
        }
      }
      if (scene.isLost()) {
        break;
      }
    }
    return new Outcome(scene.isLost(), scene.isSteered(), seen.toString(), refused);
  }
}
