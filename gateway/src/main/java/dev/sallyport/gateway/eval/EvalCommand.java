package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.cli.CommandFailure;
import dev.sallyport.gateway.cli.ReportFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
  private static final String EVERYTHING = "all";
  private static final List<Part> USUAL = List.of(ReplayPart.ASR);
  private static final List<Part> PARTS =
      List.of(
          ReplayPart.ASR,
          ReplayPart.NONINTERFERENCE,
          UtilityPart.ALL,
          new FuzzPart("strict"),
          new PerfPart(),
          new MetadataPart("manual", "strict"),
          new RenderPart(),
          new AdversaryPart(),
          new AuditReplayPart(),
          new BitsPart(),
          new FaultsPart(),
          new PoliciesPart());

  private final InstantSource clock;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "WHAT",
      arity = "0..*",
      completionCandidates = PartWords.class,
      description =
          "What to measure: ${COMPLETION-CANDIDATES}; all for all of them. If left out: asr.")
  private final List<String> wanted = new ArrayList<>();

  @Option(
      names = "--corpora",
      paramLabel = "PLACE",
      description =
          "A folder of corpora, or one file, rather than the scenarios that the product brings"
              + " along. See docs/evaluation.md for their form.")
  private @Nullable Path corpora;

  @Option(
      names = {"--cases", "--strategies"},
      paramLabel = "N",
      description = "How many cases at most those parts try that draw them or have a table.")
  private @Nullable Integer cases;

  @Option(
      names = "--exhaustive-bits",
      paramLabel = "BITS",
      defaultValue = "16",
      description =
          "Up to how many bits of answers adversary tries all that there can be, rather than draw;"
              + " ${DEFAULT-VALUE} if left out.")
  private int exhaustiveBits;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of whatever is drawn; ${DEFAULT-VALUE} if left out.")
  private long seed;

  @Option(
      names = "--audit",
      paramLabel = "DIR",
      description =
          "The data directory of a gateway: bits also looks whether its evidence is within the"
              + " budgets.")
  private @Nullable Path audit;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the report to a file.")
  private @Nullable Path json;

  public EvalCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    var parts = parts();
    var file = new ReportFile(Optional.ofNullable(json));
    file.prepare();
    try {
      var read = corpora == null ? Corpus.own() : Corpus.read(corpora);
      var given = cases == null ? OptionalInt.empty() : OptionalInt.of(cases);
      var setting =
          new Setting(
              read,
              seed,
              given,
              exhaustiveBits,
              Optional.ofNullable(audit),
              clock,
              line -> err().println(line));
      var document = JsonNodeFactory.instance.objectNode();
      for (var part : parts) {
        var report = part.run(setting);
        report.print(out());
        out().printf("%n%s: %d passed, %d failed%n", part.name(), report.passed(), report.failed());
        out().flush();
        report.addTo(document);
      }
      out().println("\n" + EvalReport.LIMITS);
      out().flush();
      document.put("limits", EvalReport.LIMITS);
      var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      file.write(mapper.writeValueAsString(document) + "\n");
      return 0;
    } catch (IOException e) {
      throw new CommandFailure("The evaluation cannot run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("The evaluation was interrupted.", e);
    }
  }

  /** The parts that are wanted; of two that replay the same, the one that measures more. */
  private List<Part> parts() {
    if (wanted.isEmpty()) {
      return USUAL;
    }
    var names = PARTS.stream().map(Part::name).toList();
    for (var name : wanted) {
      if (!names.contains(name) && !name.equals(EVERYTHING)) {
        throw new ParameterException(
            command().commandLine(),
            "WHAT must be one of %s, %s".formatted(String.join(", ", names), EVERYTHING));
      }
    }
    var chosen =
        PARTS.stream()
            .filter(part -> wanted.contains(EVERYTHING) || wanted.contains(part.name()))
            .collect(Collectors.toCollection(ArrayList::new));
    if (chosen.contains(ReplayPart.ASR)) {
      chosen.remove(ReplayPart.NONINTERFERENCE);
    }
    return chosen;
  }

  /** What can be measured, for the help. */
  static final class PartWords implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return PARTS.stream().map(part -> part.name() + " (" + part.says() + ")").iterator();
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
