package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.cli.CommandRunner.Named;
import dev.sallyport.gateway.config.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The commands, as a user runs them on the data of a gateway. */
final class TestingCommands {
  private TestingCommands() {}

  /** Runs one, and gives its exit status. */
  static int run(Path data, StringWriter out, StringWriter err, String... arguments) {
    var terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false);
    var environment = new Environment(Map.of("SALLYPORT_DATA", data.toString()));
    return new CommandRunner(all(terminal, environment), terminal, "testing").run(arguments);
  }

  private static List<Named> all(Terminal terminal, Environment environment) {
    return List.of(
        new Named("up", () -> new UpCommand(terminal, environment, "testing")),
        new Named("apply", () -> new ApplyCommand(terminal, environment)),
        new Named("get", () -> new GetCommand(terminal, environment)),
        new Named("diff", () -> new DiffCommand(terminal, environment, InstantSource.system())),
        new Named("delete", () -> new DeleteCommand(terminal, environment)),
        new Named("approve", () -> new ApproveCommand(terminal, environment)),
        new Named("contract", () -> new ContractCommand(terminal, environment)),
        new Named("explain", () -> new ExplainCommand(terminal, environment)),
        new Named(
            "suggest", () -> new SuggestCommand(terminal, environment, InstantSource.system())),
        new Named("shadow", () -> new ShadowCommand(terminal, environment, InstantSource.system())),
        new Named("revoke", () -> new RevokeCommand(terminal, environment)),
        new Named("key", () -> new KeyCommand(terminal, environment)),
        new Named("audit", () -> new AuditCommand(terminal, environment)),
        new Named("doctor", () -> new DoctorCommand(terminal, environment)));
  }
}
