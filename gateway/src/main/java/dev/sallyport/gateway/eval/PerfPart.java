package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the quarantine costs: how long projecting takes, and how often the quarantined model is
 * asked.
 */
record PerfPart() implements Part {
  private static final String SERVER = "perf";
  private static final List<Size> SIZES =
      List.of(new Size("64 KiB", 64 << 10, 5.0, 200), new Size("4 MiB", 4 << 20, 50.0, 40));
  private static final int WARM_UP_CHARS = 32 << 20;
  private static final double NANOS_A_MILLI = 1e6;
  private static final int QUESTIONS = 8;

  /**
   * How much is projected at once.
   *
   * @param most how long the slowest of a hundred may take the processor, in milliseconds
   * @param rounds how often each shape is projected
   */
  record Size(String label, int chars, double most, int rounds) {}

  /**
   * How long projections of one shape took, in milliseconds.
   *
   * @param processor the time of the processor alone, which does not count what else the machine
   *     does
   */
  record Took(Size size, String shape, double median, double p99, double processor) {
    boolean inTime() {
      return processor <= size.most();
    }
  }

  @Override
  public String name() {
    return "perf";
  }

  @Override
  public String says() {
    return "how long projecting takes, and how often the quarantined model is asked";
  }

  @Override
  public PartReport run(Setting setting) throws IOException, InterruptedException {
    return new Report(took(SIZES, setting), replayed(setting), questions(setting));
  }

  /** How long projecting takes, of every shape in every size. */
  static List<Took> took(List<Size> sizes, Setting setting) {
    var took = new ArrayList<Took>();
    for (var size : sizes) {
      int rounds = setting.cases().orElse(size.rounds());
      for (var shape : PerfShapes.of(size.chars() - 1_024).entrySet()) {
        took.add(timed(size, shape.getKey(), shape.getValue().get(), rounds, setting));
      }
      setting.progress().accept("eval, projected results of " + size.label());
    }
    return took;
  }

  private static Took timed(
      Size size, String shape, ObjectNode result, int rounds, Setting setting) {
    var quarantine =
        new Quarantine(QuarantineLimits.defaults(), new SecureRandom(), setting.clock());
    var vocabulary = new Vocabulary(FuzzCases.APPROVED);
    var threads = ManagementFactory.getThreadMXBean();
    var millis = new double[rounds];
    var processor = new double[rounds];
    for (int i = -Math.min(rounds, WARM_UP_CHARS / size.chars()); i < rounds; i++) {
      long begunOnProcessor = threads.getCurrentThreadCpuTime();
      long begun = System.nanoTime();
      var _ = quarantine.projectToolResult("turn", SERVER, vocabulary, result);
      if (i >= 0) {
        millis[i] = (System.nanoTime() - begun) / NANOS_A_MILLI;
        processor[i] = (threads.getCurrentThreadCpuTime() - begunOnProcessor) / NANOS_A_MILLI;
      }
      quarantine.forget("turn");
    }
    return new Took(size, shape, at(millis, 50), at(millis, 99), at(processor, 99));
  }

  private static double at(double[] values, int percentile) {
    Arrays.sort(values);
    return values[(values.length - 1) * percentile / 100];
  }

  /** How often the model was asked. */
  private record Asked(int results, int modelCalls) {}

  /** Replays every call of every task. */
  private static Asked replayed(Setting setting) throws IOException, InterruptedException {
    int results = 0;
    int asked = 0;
    for (var corpus : setting.corpora()) {
      try (var tools = new CorpusServer(corpus.suites());
          var oracle = new OracleModel();
          var stage =
              oracle.stage(UtilityPart.servers(corpus, tools, List.of(Arm.STRICT)), "", setting)) {
        for (var suite : corpus.suites()) {
          for (var task : suite.tasks()) {
            tools.begin(SERVER, new Scene(suite, task));
            var agent = stage.turn(Arm.STRICT.server(suite), SERVER);
            for (var step : task.steps()) {
              results += agent.call(step.call()).isRefusal() ? 0 : 1;
            }
          }
        }
        asked += oracle.asked();
      }
    }
    return new Asked(results, asked);
  }

  /** Asks some questions twice, and counts how often the model was asked the second time. */
  private static Asked questions(Setting setting) throws IOException, InterruptedException {
    try (var server = new FuzzServer();
        var oracle = new OracleModel();
        var stage =
            oracle.stage(List.of(new Stage.Server(SERVER, server.url(), "strict")), "", setting)) {
      var agent = stage.turn(SERVER, "2");
      var nothing = JsonNodeFactory.instance.objectNode();
      var seen = agent.call(new Call(FuzzServer.TOOL, nothing)).seen().toString();
      var token = ViewGrammar.references(seen).getFirst();
      var questions = new ArrayList<ObjectNode>();
      for (int i = 0; i < QUESTIONS; i++) {
        var asked = Crossed.about(token).put("question", "Is it about number " + i + "?");
        asked.putObject("schema").put("type", "boolean");
        questions.add(asked);
      }
      for (var question : questions) {
        var _ = agent.call(new Call("q_ask", question));
      }
      int first = oracle.asked();
      for (var question : questions) {
        var _ = agent.call(new Call("q_ask", question));
      }
      if (first < QUESTIONS) {
        throw new IOException("the quarantined model was not asked");
      }
      return new Asked(QUESTIONS, oracle.asked() - first);
    }
  }

  /** A shape that takes too long fails, and so does every call of the model that need not be. */
  private record Report(List<Took> took, Asked replayed, Asked again) implements PartReport {
    @Override
    public int passed() {
      return (int) took.stream().filter(Took::inTime).count()
          + Math.max(0, replayed.results() - replayed.modelCalls())
          + Math.max(0, again.results() - again.modelCalls());
    }

    @Override
    public int failed() {
      return (int) took.stream().filter(one -> !one.inTime()).count()
          + replayed.modelCalls()
          + again.modelCalls();
    }

    @Override
    public void print(PrintWriter out) {
      out.printf(
          "%n%-28s %8s %10s %10s %14s %10s%n",
          "projection of", "size", "p50", "p99", "p99 processor", "at most");
      for (var one : took) {
        out.printf(
            Locale.ROOT,
            "%-28s %8s %7.2f ms %7.2f ms %11.2f ms %7.0f ms%s%n",
            one.shape(),
            one.size().label(),
            one.median(),
            one.p99(),
            one.processor(),
            one.size().most(),
            one.inTime() ? "" : "  too slow");
      }
      out.printf(
          "%n%d results replayed, %d calls of the quarantined model%n",
          replayed.results(), replayed.modelCalls());
      out.printf(
          "%d questions asked again, %d calls of the quarantined model%n",
          again.results(), again.modelCalls());
      out.flush();
    }

    @Override
    public void addTo(ObjectNode document) {
      var perf = document.putObject("perf").put("passed", passed()).put("failed", failed());
      var projections = perf.putArray("projections");
      for (var one : took) {
        projections
            .addObject()
            .put("shape", one.shape())
            .put("size", one.size().label())
            .put("p50_ms", one.median())
            .put("p99_ms", one.p99())
            .put("p99_processor_ms", one.processor())
            .put("most_ms", one.size().most());
      }
      perf.put("results_replayed", replayed.results()).put("model_calls", replayed.modelCalls());
      perf.put("questions_again", again.results()).put("model_calls_again", again.modelCalls());
    }
  }
}
