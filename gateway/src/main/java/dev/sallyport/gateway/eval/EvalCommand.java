package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sallyport.gateway.cli.CommandFailure;
import dev.sallyport.gateway.cli.ReportFile;
import dev.sallyport.gateway.trial.TrialFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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

/** The command {@code eval}. For one thread. */
@Command(
    name = "eval",
    description =
        "Measures how well untrusted content is contained, without a model: an agent that obeys"
            + " whatever it can read does tasks through the gateway while attackers write into what"
            + " tools return.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  sallyport eval",
      "  sallyport eval asr --corpora ../corpora --json out.json"
    })
public final class EvalCommand implements Callable<Integer> {
  private static final String ASR = "asr";
  private static final String NONINTERFERENCE = "noninterference";
  private static final List<String> ALL = List.of(ASR, NONINTERFERENCE);

  private final InstantSource clock;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "WHAT",
      arity = "0..*",
      description =
          "What to measure: asr (how many attacks succeed, without and with the quarantine),"
              + " noninterference (whether anything that attackers write changes what the agent is"
              + " given). Everything if left out.")
  private final List<String> wanted = new ArrayList<>();

  @Option(
      names = "--corpora",
      paramLabel = "PLACE",
      description =
          "A folder of corpora, or one file, rather than the scenarios that the product brings"
              + " along. See docs/evaluation.md for their form.")
  private @Nullable Path corpora;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the report to a file.")
  private @Nullable Path json;

  public EvalCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (!ALL.containsAll(wanted)) {
      throw new ParameterException(
          command().commandLine(), "WHAT must be one of " + String.join(", ", ALL));
    }
    var file = new ReportFile(Optional.ofNullable(json));
    file.prepare();
    try {
      var reports = new ArrayList<EvalReport>();
      for (var corpus : corpora == null ? Corpus.own() : Corpus.read(corpora)) {
        var report = evaluated(corpus);
        report.print(out());
        reports.add(report);
      }
      out().println("\n" + EvalReport.LIMITS);
      out().flush();
      var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      file.write(mapper.writeValueAsString(EvalReport.json(reports)) + "\n");
      return 0;
    } catch (IOException e) {
      throw new CommandFailure("The evaluation cannot run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("The evaluation was interrupted.", e);
    }
  }

  private EvalReport evaluated(Corpus corpus) throws IOException, InterruptedException {
    var arms =
        wanted.isEmpty() || wanted.contains(ASR) ? List.of(Arm.values()) : List.of(Arm.STRICT);
    try (var trial = TrialFolder.create()) {
      return new Evaluation(arms, Attacks.ALL, clock, line -> err().println(line))
          .run(corpus, trial.path());
    }
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("the command was not made by a command line");
    }
    return spec;
  }

  private PrintWriter out() {
    return command().commandLine().getOut();
  }

  private PrintWriter err() {
    return command().commandLine().getErr();
  }
}
