package dev.sallyport.mcp.registry;

import dev.sallyport.mcp.registry.ServerSettings.Stdio;
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
