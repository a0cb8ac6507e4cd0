package dev.sallyport.sandbox.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of bubblewrap around a command. */
final class Bubblewrap {
  private static final String NOBODY = "65534";
  private static final String TMP_BYTES = String.valueOf(64 << 20);
  private static final String HOME_BYTES = String.valueOf(16 << 20);

  /** What a program and its libraries are found by. */
  private static final List<Path> LOADER_FILES =
      List.of(Path.of("/etc/ld.so.cache"), Path.of("/etc/alternatives"));

  private final Path program;

  Bubblewrap(Path program) {
    this.program = program;
  }

  /**
   * The command inside a sandbox.
   *
   * <p>The environment is not set here but taken over from bubblewrap's own: options that set
   * variables would show their values in {@code /proc}, and the one that clears them would leave
   * them there. Arguments are passed on as they are, by no shell.
   */
  List<String> around(ChildCommand command) {
    List<String> line = new ArrayList<>();
    line.add(program.toString());
    line.addAll(
        List.of(
            "--unshare-user",
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-uts",
            "--unshare-cgroup",
            "--disable-userns",
            "--uid",
            NOBODY,
            "--gid",
            NOBODY));
    line.addAll(List.of("--hostname", "mcp", "--die-with-parent", "--new-session", "--as-pid-1"));
    line.addAll(List.of("--cap-drop", "ALL"));
    addSystem(line);
    command.readOnly().forEach(path -> add(line, "--ro-bind", path, path));
    command.writable().forEach(path -> add(line, "--bind", path, path));
    line.addAll(List.of("--chdir", command.workingDirectory().toString(), "--"));
    line.addAll(command.command());
    return line;
  }

  private static void addSystem(List<String> line) {
    add(line, "--ro-bind", Path.of("/usr"), Path.of("/usr"));
    for (var name : List.of("bin", "sbin", "lib", "lib64")) {
      var root = Path.of("/", name);
      if (Files.isSymbolicLink(root)) {
        line.addAll(List.of("--symlink", "usr" + File.separator + name, root.toString()));
      } else if (Files.isDirectory(root)) {
        add(line, "--ro-bind", root, root);
      }
    }
    LOADER_FILES.stream().filter(Files::exists).forEach(path -> add(line, "--ro-bind", path, path));
    line.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    line.addAll(List.of("--size", TMP_BYTES, "--tmpfs", "/tmp"));
    line.addAll(List.of("--size", HOME_BYTES, "--tmpfs", "/home", "--dir", "/run"));
  }

  private static void add(List<String> line, String option, Path from, Path to) {
    line.addAll(List.of(option, from.toString(), to.toString()));
  }
}
