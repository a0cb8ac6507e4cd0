package dev.sallyport.gateway;

import dev.sallyport.gateway.bench.BenchCommand;
import dev.sallyport.gateway.cli.ApplyCommand;
import dev.sallyport.gateway.cli.ApproveCommand;
import dev.sallyport.gateway.cli.AuditCommand;
import dev.sallyport.gateway.cli.CommandRunner;
import dev.sallyport.gateway.cli.CommandRunner.Named;
import dev.sallyport.gateway.cli.ContractCommand;
import dev.sallyport.gateway.cli.DeleteCommand;
import dev.sallyport.gateway.cli.DiffCommand;
import dev.sallyport.gateway.cli.DoctorCommand;
import dev.sallyport.gateway.cli.ExplainCommand;
import dev.sallyport.gateway.cli.FakeProvidersCommand;
import dev.sallyport.gateway.cli.GetCommand;
import dev.sallyport.gateway.cli.KeyCommand;
import dev.sallyport.gateway.cli.RevokeCommand;
import dev.sallyport.gateway.cli.ShadowCommand;
import dev.sallyport.gateway.cli.SuggestCommand;
import dev.sallyport.gateway.cli.Terminal;
import dev.sallyport.gateway.cli.TestCommand;
import dev.sallyport.gateway.cli.UpCommand;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.demo.DemoCommand;
import dev.sallyport.gateway.eval.EvalCommand;
import dev.sallyport.gateway.log.Logging;
import dev.sallyport.identity.ProductVersion;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.logging.Level;

/** The product's entry: one command, then the end. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name. */
  public static void main(String[] arguments) {
    Logging.prepare();
    var environment = Environment.ofProcess();
    var terminal = Terminal.ofProcess(environment.find("NO_COLOR").isEmpty());
    Logging.begin(Level.WARNING);
    int code =
        new CommandRunner(commands(terminal, environment), terminal, ProductVersion.text())
            .run(arguments);
    terminal.out().flush();
    terminal.err().flush();
    System.exit(code);
  }

  /** Every command, in the order in which {@code --help} lists them. */
  private static List<Named> commands(Terminal terminal, Environment environment) {
    var clock = InstantSource.system();
    return List.of(
        new Named("demo", () -> new DemoCommand(utf8(), terminal.colours(), environment)),
        new Named("test", TestCommand::new),
        new Named("bench", () -> new BenchCommand(clock)),
        new Named("eval", () -> new EvalCommand(clock)),
        new Named("fake-providers", () -> new FakeProvidersCommand(terminal)),
        new Named("up", () -> new UpCommand(terminal, environment, ProductVersion.text())),
        new Named("apply", () -> new ApplyCommand(terminal, environment)),
        new Named("get", () -> new GetCommand(terminal, environment)),
        new Named("diff", () -> new DiffCommand(terminal, environment, clock)),
        new Named("delete", () -> new DeleteCommand(terminal, environment)),
        new Named("approve", () -> new ApproveCommand(terminal, environment)),
        new Named("contract", () -> new ContractCommand(terminal, environment)),
        new Named("explain", () -> new ExplainCommand(terminal, environment)),
        new Named("suggest", () -> new SuggestCommand(terminal, environment, clock)),
        new Named("shadow", () -> new ShadowCommand(terminal, environment, clock)),
        new Named("revoke", () -> new RevokeCommand(terminal, environment)),
        new Named("key", () -> new KeyCommand(terminal, environment)),
        new Named("audit", () -> new AuditCommand(terminal, environment)),
        new Named("doctor", () -> new DoctorCommand(terminal, environment)));
  }

  private static PrintStream utf8() {
    return new PrintStream(System.out, true, StandardCharsets.UTF_8);
  }
}
