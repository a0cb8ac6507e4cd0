package dev.sallyport.sandbox.process;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Prepares processes that have what their {@link ChildCommand} says and nothing else of this
 * machine.
 *
 * <p>It never isolates less than it is told to: where bubblewrap cannot be used, a command for it
 * is refused. System calls are not filtered, and memory and the number of processes not limited,
 * beyond what the namespaces do. Thread-safe.
 */
public final class Isolation {
  private static final Logger LOG = System.getLogger(Isolation.class.getName());
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final long TRIAL_SECONDS = 10;
  private static final String NOT_INSTALLED =
      "bubblewrap is not installed, so no server with runtime bwrap can start; run: apt-get install"
          + " -y bubblewrap";
  private static final String NOT_USABLE =
      "bubblewrap is installed but cannot make a sandbox here, so no server with runtime bwrap can"
          + " start; version 0.8 or later and unprivileged user namespaces are needed; run: sysctl"
          + " -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000";

  private final Optional<Bubblewrap> bubblewrap;
  private final Optional<String> problem;

  private Isolation(Optional<Bubblewrap> bubblewrap, Optional<String> problem) {
    this.bubblewrap = bubblewrap;
    this.problem = problem;
  }

  /** What can be done on this machine, found out by doing it. */
  public static Isolation detect() {
    return detect(List.of(Path.of("/usr/bin/bwrap"), Path.of("/usr/local/bin/bwrap")));
  }

  /**
   * What can be done with the first of these programs that there is.
   *
   * @param programs where bubblewrap may be
   */
  public static Isolation detect(List<Path> programs) {
    var installed = programs.stream().filter(Files::isExecutable).findFirst();
    if (installed.isEmpty()) {
      return new Isolation(Optional.empty(), Optional.of(NOT_INSTALLED));
    }
    var found = installed.map(Bubblewrap::new);
    return works(found.orElseThrow())
        ? new Isolation(found, Optional.empty())
        : new Isolation(Optional.empty(), Optional.of(NOT_USABLE));
  }

  /** Why {@link ChildRuntime#BWRAP} cannot be used, and what to do about it. */
  public Optional<String> problem() {
    return problem;
  }

  /**
   * A process ready to be started by a {@link Spawner}.
   *
   * @throws IsolationUnavailableException if this machine cannot isolate it as told
   */
  public ProcessBuilder prepare(ChildRuntime runtime, ChildCommand command)
      throws IsolationUnavailableException {
    return switch (runtime) {
      case BWRAP -> {
        var line =
            bubblewrap
                .orElseThrow(() -> new IsolationUnavailableException(problem.orElse(NOT_INSTALLED)))
                .around(command);
        yield builder(line, command.environment());
      }
      case NONE -> {
        LOG.log(
            Level.WARNING,
            "{0} runs WITHOUT isolation: it can read and do whatever this process can",
            command.command().getFirst());
        yield builder(command.command(), command.environment())
            .directory(command.workingDirectory().toFile());
      }
    };
  }

  private static ProcessBuilder builder(List<String> line, Map<String, String> environment) {
    var builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    builder.environment().putAll(environment);
    return builder;
  }

  private static boolean works(Bubblewrap bubblewrap) {
    var line = bubblewrap.around(ChildCommand.of(List.of("true"), Map.of()));
    try {
      var trial =
          builder(line, Map.of())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return trial.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS) && trial.exitValue() == 0;
      } finally {
        trial.destroyForcibly();
      }
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
