package dev.sallyport.gateway.demo;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A part of the demo in a process of its own; the first line that it prints is its address. */
final class DemoProcess implements AutoCloseable {
  /** The variable, and its value, by which Java opens files whatever their names are. */
  static final String LANGUAGE = "LC_ALL";

  static final String UTF_8 = "C.UTF-8";

  private final Process process;
  private final BufferedReader out;

  private DemoProcess(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** The command that runs a main class of this product. */
  static List<String> command(Class<?> main, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /** What a main class of this product has to be able to read: its libraries, and its Java. */
  static List<Path> readable() {
    var paths = new TreeSet<Path>();
    paths.add(Path.of(System.getProperty("java.home")));
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      var path = Path.of(entry).toAbsolutePath().normalize();
      if (!entry.isEmpty() && Files.isRegularFile(path)) {
        // A jar may name others beside itself.
        paths.add(path.getParent());
      } else if (!entry.isEmpty() && Files.isDirectory(path)) {
        paths.add(path);
      }
    }
    return List.copyOf(paths);
  }

  /** Starts a process with these variables, the one for its language, and no others. */
  static DemoProcess start(List<String> command, Map<String, String> environment)
      throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put(LANGUAGE, UTF_8);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return new DemoProcess(builder.start());
  }

  /**
   * Waits for the first line.
   *
   * @throws IOException if the process ended without one
   */
  String firstLine() throws IOException {
    var line = out.readLine();
    if (line == null) {
      throw new IOException("a part of the demo ended before it was ready");
    }
    return line.strip();
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
