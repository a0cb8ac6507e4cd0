package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.Environment;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport diff}. For one thread. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Shows in which values the files differ from what is in force.",
      "With --against-evidence: which recorded calls would be decided otherwise."
    },
    footer = {
      "",
      "Example:",
      "  sallyport diff -f policies/",
      "  sallyport diff -f policies/ --against-evidence --since 7d --fail-on allowed,denied"
    })
public final class DiffCommand implements Callable<Integer> {
  private static final int FOUND = 1;

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private final AdminOptions admin;

  @Mixin private final FileOption files = new FileOption();

  @Option(
      names = "--against-evidence",
      description = "Decide recorded calls again, as if the files were in force.")
  private boolean againstEvidence;

  @Mixin private final Since since = new Since();

  @Option(
      names = "--fail-on",
      split = ",",
      paramLabel = "CHANGE",
      description = "Exit with 1 if there are any of: allowed, held, limited, denied, undecided.")
  private List<Change> failOn = List.of();

  /** How recorded decisions may turn out. */
  enum Change {
    ALLOWED,
    HELD,
    LIMITED,
    DENIED,
    UNDECIDED;

    private boolean isIn(JsonNode report) {
      var newly = report.path("newly");
      return switch (this) {
        case ALLOWED -> newly.path("allow").asLong() > 0;
        case HELD -> newly.path("approve").asLong() > 0;
        case LIMITED -> newly.path("limit").asLong() > 0;
        case DENIED -> newly.path("deny").asLong() > 0;
        case UNDECIDED -> !report.path("undecided").isEmpty();
      };
    }
  }

  public DiffCommand(Terminal terminal, Environment environment, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
    this.admin = new AdminOptions(environment);
  }

  @Override
  public Integer call() {
    var read = files.read();
    if (againstEvidence) {
      return replay(read);
    }
    if (since.moment(clock).isPresent() || !failOn.isEmpty()) {
      throw new CommandFailure("--since and --fail-on go with --against-evidence.");
    }
    var applied = ApplyCommand.apply(admin.client(), read, true);
    for (var change : applied.path("changes")) {
      if (!change.path("effect").asText().equals("unchanged")) {
        ApplyCommand.print(terminal, change, true);
      }
    }
    ApplyCommand.warn(terminal, read, applied);
    return 0;
  }

  private int replay(ResourceFiles read) {
    var question = JsonNodeFactory.instance.objectNode();
    question.set("resources", read.body());
    since.moment(clock).ifPresent(moment -> question.put("since", moment.toString()));
    var report = read.asked(admin.client(), "/admin/replay", question);
    new ReplayTale(terminal, new RuleText(Optional.of(read))).tell(report);
    return failOn.stream().anyMatch(change -> change.isIn(report)) ? FOUND : 0;
  }
}
