package dev.sallyport.gateway.trial;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A process of a benchmark: one that was started here and is ended here, at the latest when this
 * JVM ends.
 */
public final class Child implements AutoCloseable {
  private static final String SETTINGS = "SALLYPORT_";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Process process;
  private final BufferedReader output;
  private final Thread atExit;

  private Child(Process process) {
    this.process = process;
    this.atExit = Thread.ofPlatform().name("end-child").unstarted(this::end);
    Runtime.getRuntime().addShutdownHook(atExit);
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts a program, without what the user's own gateway is told by the environment; what it
   * complains of goes to a file.
   */
  public static Child start(List<String> command, Path log) throws IOException {
    var builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile()));
    forgetSettings(builder.environment());
    return new Child(builder.start());
  }

  public static void forgetSettings(Map<String, String> environment) {
    environment.keySet().removeIf(variable -> variable.startsWith(SETTINGS));
  }

  /** Starts another class of the product, on the JVM and with the options that this one has. */
  public static Child java(String mainClass, List<String> arguments, Path log) throws IOException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(arguments);
    return start(command, log);
  }

  /**
   * Reads the process's output up to a line.
   *
   * @return the line
   * @throws IOException if the output ended before it came
   */
  public String readLine(Predicate<String> wanted) throws IOException {
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (wanted.test(line)) {
        return line;
      }
    }
    throw new IOException("the process ended before it was ready");
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The processor time that this process and those it started have taken so far. */
  public Duration cpu() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .flatMap(handle -> handle.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Ends it at once, without leaving it time for anything. */
  public void kill() {
    var ended = process.destroyForcibly();
    var _ = ended.onExit().join();
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      // This JVM is ending, and the hook does the same.
    }
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
