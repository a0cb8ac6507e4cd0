package dev.sallyport.mcp.registry;

import dev.sallyport.mcp.registry.ServerSettings.Stdio;
import dev.sallyport.mcp.registry.ServerSettings.Variable;
import dev.sallyport.sandbox.process.ChildCommand;
import dev.sallyport.sandbox.process.ChildProcess;
import dev.sallyport.sandbox.process.ChildRuntime;
import dev.sallyport.sandbox.process.Isolation;
import dev.sallyport.sandbox.process.IsolationUnavailableException;
import dev.sallyport.sandbox.process.Spawner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes of servers, each with nothing of our environment and as isolated as it is to
 * be, never less.
 */
public final class ProcessLauncher {
  private static final Path PROGRAMS = Path.of("/usr");

  /** Where a program may be that is isolated, and whose process is given no PATH. */
  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

  private final Isolation isolation;
  private final Spawner spawner;

  public ProcessLauncher(Isolation isolation, Spawner spawner) {
    this.isolation = isolation;
    this.spawner = spawner;
  }

  /**
   * Starts one.
   *
   * @param environment all the variables that it gets
   * @throws IOException if it cannot be started, or not as isolated as it is to be
   */
  ChildProcess launch(Stdio stdio, Map<String, String> environment) throws IOException {
    var command =
        new ChildCommand(
            stdio.command(),
            environment,
            readable(stdio).stream().toList(),
            stdio.writable(),
            stdio.workingDirectory());
    var runtime = stdio.isolated() ? ChildRuntime.BWRAP : ChildRuntime.NONE;
    try {
      return ChildProcess.start(spawner, isolation.prepare(runtime, command));
    } catch (IsolationUnavailableException e) {
      throw new IOException("the process cannot be isolated", e);
    }
  }

  /** Why a process could not be started, in words of ours. */
  static String trouble(Stdio stdio, IOException fault) {
    if (fault.getCause() instanceof IsolationUnavailableException) {
      return "its process cannot be isolated as it is to be";
    }
    if (!Files.isDirectory(stdio.workingDirectory())) {
      return "its working directory " + stdio.workingDirectory() + " was not found";
    }
    var cause = fault.getCause() == null ? fault : fault.getCause();
    return String.valueOf(cause.getMessage()).contains("No such file")
        ? notFound(stdio)
        : "the program " + stdio.command().getFirst() + " cannot be started";
  }

  /**
   * What it says that a process ended with this exit status. What it wrote to its standard error is
   * untrusted, and is shown to nobody.
   */
  static String ended(Stdio stdio, int exitStatus) {
    boolean isMissing = stdio.isolated() && exitStatus != 0 && isMissing(stdio);
    var why = isMissing ? notFound(stdio) + ": " : "";
    return why
        + "its process ended with exit status "
        + exitStatus
        + " before it answered; run its command by hand to read what it writes to standard error";
  }

  private static String notFound(Stdio stdio) {
    return "the program " + stdio.command().getFirst() + " was not found";
  }

  /** Whether the program of a command is nowhere on this machine where it would be looked for. */
  private static boolean isMissing(Stdio stdio) {
    var program = stdio.command().getFirst();
    if (program.contains("/")) {
      return !Files.exists(stdio.workingDirectory().resolve(program));
    }
    var set = stdio.environment().get("PATH");
    var places = set instanceof Variable.Plain(String value) ? value : USUAL_PATH;
    return Stream.of(places.split(":", -1))
        .noneMatch(place -> Files.exists(Path.of(place).resolve(program)));
  }

  /** What a process may read: what it is told to, and the files that its command names. */
  static Set<Path> readable(Stdio stdio) {
    var readable = new TreeSet<>(stdio.readOnly());
    paths(stdio.command()).stream().map(Path::of).filter(Files::exists).forEach(readable::add);
    readable.removeAll(stdio.writable());
    return readable;
  }

  /** The paths that a command names, save for those of programs, which every process has. */
  static List<String> paths(@Nullable List<String> command) {
    return command == null
        ? List.of()
        : command.stream()
            .flatMap(argument -> Stream.of(argument.split(":", -1)))
            .filter(part -> part.startsWith("/"))
            .map(part -> Path.of(part).normalize())
            .filter(path -> !path.startsWith(PROGRAMS))
            .map(Path::toString)
            .toList();
  }
}
