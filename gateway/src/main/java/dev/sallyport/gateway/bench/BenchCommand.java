package dev.sallyport.gateway.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sallyport.gateway.cli.CommandFailure;
import dev.sallyport.gateway.cli.ReportFile;
import dev.sallyport.gateway.trial.TrialFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code bench}. For one thread. */
@Command(
    name = "bench",
    description =
        "Measures the product against a direct call and a plain reverse proxy, in the same run.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sallyport bench", "  sallyport bench mcp --json out.json"})
public final class BenchCommand implements Callable<Integer> {
  private static final List<String> ALL =
      List.of(
          ChatBench.NAME,
          StreamBench.NAME,
          McpBench.NAME,
          ListenBench.NAME,
          GrowthBench.NAME,
          EvidenceBench.NAME,
          PolicyBench.NAME);
  private static final int MAX_SECONDS = 60;
  private static final int MAX_CONNECTIONS = 1_024;

  private final InstantSource clock;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "BENCH",
      arity = "0..*",
      description =
          "What to measure: chat, stream, mcp, listen, growth, evidence, policy. Everything if left"
              + " out.")
  private final List<String> benches = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "How long each way is under load in each round, 1 to 60; before that, until an answer"
              + " gets no cheaper, at most 30 times as long. Default ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "How many connections, 1 to 1024, rather than the numbers of the targets.")
  private @Nullable Integer connections;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the report to a file.")
  private @Nullable Path json;

  public BenchCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    check(seconds >= 1 && seconds <= MAX_SECONDS, "--seconds must be 1 to " + MAX_SECONDS);
    check(
        connections == null || (connections >= 1 && connections <= MAX_CONNECTIONS),
        "--connections must be 1 to " + MAX_CONNECTIONS);
    check(ALL.containsAll(benches), "BENCH must be one of " + String.join(", ", ALL));
    var file = new ReportFile(Optional.ofNullable(json));
    file.prepare();
    var reports = new ArrayList<BenchReport>();
    try {
      for (var name : benches.isEmpty() ? ALL : benches) {
        var report = measure(name);
        BenchTable.print(report, out());
        reports.add(report);
      }
    } catch (IOException e) {
      throw new CommandFailure("The benchmark cannot run: " + e.getMessage(), e);
    }
    var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    file.write(mapper.writeValueAsString(BenchReport.json(reports)) + "\n");
    return 0;
  }

  private BenchReport measure(String name) throws IOException {
    var time = Duration.ofSeconds(seconds);
    var number = Optional.ofNullable(connections);
    try (var trial = TrialFolder.create()) {
      var folder = trial.path();
      return switch (name) {
        case PolicyBench.NAME -> PolicyBench.run(time);
        case StreamBench.NAME ->
            StreamBench.run(folder, time, number, clock, line -> err().println(line));
        case ListenBench.NAME ->
            ListenBench.run(folder, number, clock, line -> err().println(line));
        case GrowthBench.NAME ->
            GrowthBench.run(folder, time, number, clock, line -> err().println(line));
        case EvidenceBench.NAME -> EvidenceBench.run(folder, time, number, clock);
        default -> measureCalls(BenchPlan.of(name, time, number), folder);
      };
    }
  }

  private BenchReport measureCalls(BenchPlan plan, Path folder) throws IOException {
    try (var stage = new Stage(plan, folder, clock)) {
      var runs = plan.carryOut(stage, line -> err().println(line));
      return new BenchReport(
          plan.name(),
          stage.bench().on(),
          stage.against(),
          runs,
          Measures.of(runs),
          stage.bench().targets());
    }
  }

  private void check(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(spec().commandLine(), rule);
    }
  }

  private PrintWriter out() {
    return spec().commandLine().getOut();
  }

  private PrintWriter err() {
    return spec().commandLine().getErr();
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run as a command");
    }
    return spec;
  }
}
