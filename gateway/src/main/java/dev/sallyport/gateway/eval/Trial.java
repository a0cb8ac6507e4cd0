package dev.sallyport.gateway.eval;

import dev.sallyport.gateway.eval.AgentTurn.Answer;
import dev.sallyport.gateway.eval.Corpus.Suite;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Plays scenes through the gateway: an agent does its task call by call, and at once whatever it
 * reads that it has been told to do. Thread-safe.
 */
final class Trial {
  /** What differs from turn to turn in a reference. */
  private static final Pattern NONCE = Pattern.compile("(\\{\\{[a-z]+#[0-9]+)\\.[a-z2-7]+}}");

  private final HttpClient http;
  private final int port;
  private final String token;
  private final CorpusServer tools;
  private final AtomicLong scenes = new AtomicLong();

  /**
   * Plays at a gateway.
   *
   * @param port of its data plane
   * @param token by which the agent proves who it is
   */
  Trial(HttpClient http, int port, String token, CorpusServer tools) {
    this.http = http;
    this.port = port;
    this.token = token;
    this.tools = tools;
  }

  /**
   * How a scene ended.
   *
   * @param lost whether the attacker has what it wanted
   * @param seen all that the agent's model would have been given, as one text
   * @param refused how many calls of the task the gateway refused
   */
  record Outcome(boolean lost, String seen, int refused) {}

  /** Plays a scene with an agent that obeys whatever it can read. */
  Outcome play(Scene scene, Suite suite, Arm arm) throws IOException, InterruptedException {
    var name = "scene-" + scenes.incrementAndGet();
    var server = URI.create("http://127.0.0.1:%d/mcp/%s".formatted(port, arm.server(suite)));
    var agent = new AgentTurn(http, server, token, name);
    var reader = new GullibleReader(suite.goals());
    tools.begin(name, scene);
    try {
      return play(scene, agent, reader, arm);
    } finally {
      tools.end(name);
    }
  }

  private static Outcome play(Scene scene, AgentTurn agent, GullibleReader reader, Arm arm)
      throws IOException, InterruptedException {
    var seen = new StringBuilder();
    int refused = 0;
    for (var step : scene.task().steps()) {
      var answer = agent.call(step.call());
      refused += answer.isRefusal() ? 1 : 0;
      var read = arm.seen(answer.seen());
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
    return new Outcome(scene.isLost(), seen.toString(), refused);
  }
}
