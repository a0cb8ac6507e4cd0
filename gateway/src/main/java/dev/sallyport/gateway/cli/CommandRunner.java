package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.document.Nearest;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line. For one thread. */
public final class CommandRunner {
  private static final int WRONG_USAGE = 2;

  /** What is meant by words with which the commands of other products begin. */
  private static final Map<String, String> NEWCOMERS =
      Map.of(
          "help", "--help",
          "version", "--version",
          "start", "up",
          "run", "up",
          "serve", "up",
          "server", "up",
          "init", "up",
          "login", "key");

  private final List<Named> commands;
  private final Terminal terminal;
  private final String version;

  /**
   * A runner of these commands.
   *
   * @param version what {@code --version} says
   */
  public CommandRunner(List<Named> commands, Terminal terminal, String version) {
    this.commands = List.copyOf(commands);
    this.terminal = terminal;
    this.version = version;
  }

  /**
   * A command that is made only if it is needed: making all of them takes a while.
   *
   * @param make makes the picocli command of that name
   */
  public record Named(String name, Supplier<Object> make) {}

  /**
   * Runs a command line.
   *
   * @return the exit code: 0 done, 1 failed, 2 not understood
   */
  public int run(String... arguments) {
    var first = arguments.length == 0 ? "" : arguments[0];
    var meant = commands.stream().filter(command -> command.name().equals(first)).toList();
    return commandLine(meant.isEmpty() ? commands : meant).execute(arguments);
  }

  private CommandLine commandLine(List<Named> needed) {
    var commandLine = new CommandLine(new Root());
    commandLine.getCommandSpec().versionProvider(() -> new String[] {"sallyport " + version});
    needed.forEach(command -> commandLine.addSubcommand(command.make().get()));
    return commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                terminal.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
        .setExecutionExceptionHandler((e, _, _) -> failed(e))
        .setParameterExceptionHandler((e, _) -> misused(e));
  }

  private int failed(Exception e) throws Exception {
    if (e instanceof CommandFailure) {
      terminal.err().println(terminal.bad(String.valueOf(e.getMessage())));
      return 1;
    }
    throw e;
  }

  private int misused(ParameterException e) {
    terminal.err().println(terminal.bad(misuse(e)));
    var name = e.getCommandLine().getCommandSpec().qualifiedName();
    terminal.err().println("Try: " + name + " --help");
    return WRONG_USAGE;
  }

  /** What is wrong with a command line; of words that are not known the first, and what is near. */
  private static String misuse(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return String.valueOf(e.getMessage());
    }
    var spec = e.getCommandLine().getCommandSpec();
    var word = unmatched.getUnmatched().getFirst();
    if (word.startsWith("-")) {
      var name = word.split("=", 2)[0];
      return "There is no option " + name + Nearest.hint(name, spec.optionsMap().keySet());
    }
    return spec.subcommands().isEmpty()
        ? spec.qualifiedName() + " does not take " + word
        : "There is no command " + word + hint(word, spec);
  }

  private static String hint(String word, CommandSpec spec) {
    boolean isKnown = spec.parent() == null && NEWCOMERS.containsKey(word);
    return isKnown
        ? Nearest.hint(word, NEWCOMERS)
        : Nearest.hint(word, spec.subcommands().keySet());
  }

  @Command(
      name = "sallyport",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      description = "The gate between AI agents and everything they touch.",
      footer = {
        "",
        "Example:",
        "  sallyport up                 run the gateway",
        "  sallyport apply -f FILE      set what agents may do",
        "",
        "Every command has --help."
      })
  private static final class Root implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
      if (spec != null) {
        spec.commandLine().usage(spec.commandLine().getOut());
      }
    }
  }
}
