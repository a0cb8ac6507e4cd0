package dev.sallyport.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A copy of the start script in a small checkout, on a machine of its own: it finds no programs but
 * the usual ones, a Maven that notes that it was called, and JDKs that say what they are given.
 */
final class TestingCheckout {
  /** A source of the product. */
  static final String SOURCE = "gateway/src/main/java/Main.java";

  private static final Path REAL =
      Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().resolveSibling(".");
  private static final long LONGEST_SECONDS = 180;
  private static final List<String> TOOLS =
      List.of(
          ("awk basename cat chmod cksum cp cut date dirname env find grep head id ln mkdir mv"
                  + " printf ps readlink rm sed sh sort tail tee touch tr uname")
              .split(" ", -1));
  private static final String JAVA =
      """
      #!/bin/sh
      for argument; do
        case $argument in
          -XX:AOTCacheOutput=*)
            echo trained >>"$CALLS"
            env >"$CALLS.training"
            echo learnt >"${argument#*=}"
            exit ;;
        esac
      done
      echo "java: $0"
      for argument; do printf '[%s]\\n' "$argument"; done
      case " $* " in *" wait "*) cat >/dev/null ;; esac
      """;
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "built on $JAVA_HOME $*" >>"$CALLS"
      if grep -q mistake gateway/src/main/java/Main.java; then
        echo '[INFO] compiling'
        echo '[ERROR] Main.java: a mistake'
        exit 1
      fi
      mkdir -p gateway/target/dist/lib
      cp gateway/src/main/java/Main.java gateway/target/dist/lib/sallyport.jar
      : >gateway/target/dist/jvm.options
      echo run >gateway/target/dist/sallyport-run.jar
      """;

  private final Path folder;
  private final Path root;
  private final Path machine;
  private final Map<String, String> variables = new HashMap<>();

  TestingCheckout(Path folder) throws IOException {
    this.folder = folder;
    this.root = Files.createDirectories(folder.resolve("a check out"));
    this.machine = folder.resolve("machine");
    var script = Files.readString(REAL.resolve("sallyport"));
    program(
        root.resolve("sallyport"),
        script.replaceAll("(?<= )/(?=usr/lib/|usr/local/|opt/|Library/)", machine + "/"));
    write("pom.xml", "<project/>");
    write("gateway/pom.xml", "<project/>");
    write(SOURCE, "class Main {}");
    install();
    variables.put("PATH", machine.resolve("bin").toString());
    variables.put("HOME", machine.resolve("home").toString());
    variables.put("CALLS", folder.resolve("calls").toString());
  }

  /** Installs all programs but a JDK. */
  private void install() throws IOException {
    var bin = Files.createDirectories(machine.resolve("bin"));
    for (var tool : TOOLS) {
      var found = Files.exists(Path.of("/usr/bin", tool)) ? "/usr/bin/" : "/bin/";
      program(bin.resolve(tool), "#!/bin/sh\nexec " + found + tool + " \"$@\"\n");
    }
    program(bin.resolve("mvn"), MAVEN);
    program(bin.resolve("sleep"), "#!/bin/sh\nexec /bin/sleep 0.05\n"); // looks again sooner
  }

  /** Installs a JDK where a package of the system would put it. */
  Path jdk(String version) throws IOException {
    var home = machine.resolve("usr/lib/jvm/jdk-" + version);
    program(home.resolve("bin/java"), JAVA);
    program(home.resolve("bin/javac"), "#!/bin/sh\n");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  /** Puts a folder of programs before all others. */
  void putFirstOnPath(Path bin) {
    variables.merge("PATH", bin.toString(), (before, first) -> first + ":" + before);
  }

  void set(String variable, String value) {
    variables.put(variable, value);
  }

  /** Writes a file of the checkout. */
  void write(String file, String text) throws IOException {
    var path = root.resolve(file);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, text);
  }

  /** Writes a file that can be run. */
  static void program(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
  }

  Path root() {
    return root;
  }

  /** A file of the real checkout. */
  static Path real(String file) {
    return REAL.resolve(file);
  }

  /** What Maven and the training were called for so far, in order. */
  List<String> calls() throws IOException {
    var calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  /** What the last training saw of the environment. */
  List<String> environmentOfTraining() throws IOException {
    return Files.readAllLines(folder.resolve("calls.training"));
  }

  int builds() throws IOException {
    return (int) calls().stream().filter(call -> call.startsWith("built")).count();
  }

  int trainings() throws IOException {
    return (int) calls().stream().filter("trained"::equals).count();
  }

  /** Runs the script to its end. */
  Ran run(String... arguments) throws IOException, InterruptedException {
    return run(folder, root.resolve("sallyport"), arguments);
  }

  /** Runs a program of this machine to its end. */
  Ran run(Path from, Path program, String... arguments) throws IOException, InterruptedException {
    try (var started = start(from, program, arguments)) {
      return started.ended();
    }
  }

  /** Starts the script. */
  Started start(String... arguments) throws IOException {
    return start(folder, root.resolve("sallyport"), arguments);
  }

  private Started start(Path from, Path program, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    var errors = Files.createTempFile(folder, "errors", "");
    var builder =
        new ProcessBuilder(command).directory(from.toFile()).redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    var process = builder.start();
    return new Started(process, process.inputReader(StandardCharsets.UTF_8), errors);
  }

  /** A run that goes on. */
  record Started(Process process, BufferedReader out, Path errors) implements AutoCloseable {
    /** Lets it end, and waits for that. */
    Ran ended() throws IOException, InterruptedException {
      process.outputWriter().close();
      var told = out.readAllAsString();
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("it has not ended");
      }
      return new Ran(process.exitValue(), told, Files.readString(errors));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** A run that has ended. */
  record Ran(int code, String out, String errors) {
    /** The arguments that Java was given, each in brackets. */
    String arguments() {
      return out.substring(out.indexOf('\n') + 1);
    }

    /** The file that Java was given with an option, or after it. */
    Path file(String option) {
      var rest = out.substring(out.indexOf("[" + option) + option.length() + 1);
      if (rest.startsWith("]")) {
        rest = rest.substring("]\n[".length());
      }
      return Path.of(rest.substring(0, rest.indexOf(']')));
    }
  }
}
