package dev.sallyport.sandbox.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to run, and all that it may have.
 *
 * @param command the program and its arguments; never empty
 * @param environment its whole environment; {@code PATH} is added if it is not among it
 * @param readOnly files and directories of this machine that it may read, each at its own path
 * @param writable files and directories of this machine that it may read and write
 * @param workingDirectory where it starts; readable to it
 */
public record ChildCommand(
    List<String> command,
    Map<String, String> environment,
    List<Path> readOnly,
    List<Path> writable,
    Path workingDirectory) {
  /** Where a child starts that needs no place of its own. */
  public static final Path ANYWHERE = Path.of("/tmp");

  private static final Set<Path> OURS_TO_MOUNT =
      Set.of(
          Path.of("/"),
          Path.of("/proc"),
          Path.of("/sys"),
          Path.of("/dev"),
          Path.of("/run"),
          Path.of("/tmp"),
          Path.of("/usr"),
          Path.of("/etc"));

  public ChildCommand {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    readOnly = List.copyOf(readOnly);
    writable = List.copyOf(writable);
    if (command.isEmpty() || command.getFirst().isEmpty()) {
      throw new IllegalArgumentException("a command names a program");
    }
    if (command.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("an argument cannot hold the NUL character");
    }
    environment.forEach(ChildCommand::checkVariable);
    readOnly.forEach(ChildCommand::checkMount);
    writable.forEach(ChildCommand::checkMount);
    if (!workingDirectory.isAbsolute()) {
      throw new IllegalArgumentException(
          "the working directory must be absolute: " + workingDirectory);
    }
  }

  /** A command that has nothing of this machine but its programs. */
  public static ChildCommand of(List<String> command, Map<String, String> environment) {
    return new ChildCommand(command, environment, List.of(), List.of(), ANYWHERE);
  }

  @Override
  public String toString() {
    return "ChildCommand[" + command.getFirst() + "]";
  }

  private static void checkVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || (name + value).indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not a name and value of an environment variable");
    }
  }

  /** Whether a child can be given that path: it is absolute, plain, and none that it has anyway. */
  public static boolean canBeGiven(Path path) {
    return path.isAbsolute() && path.equals(path.normalize()) && !OURS_TO_MOUNT.contains(path);
  }

  private static void checkMount(Path path) {
    if (!canBeGiven(path)) {
      throw new IllegalArgumentException(
          "a path for a child must be absolute, plain, and no directory of the system: " + path);
    }
  }
}
