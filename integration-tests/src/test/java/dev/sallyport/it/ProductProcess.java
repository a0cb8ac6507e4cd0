package dev.sallyport.it;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.Main;
import dev.sallyport.gateway.cli.AdminClient;
import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.server.DataDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The product as a process of its own, as its command starts it. Closing it kills it. */
final class ProductProcess implements AutoCloseable {
  private static final long LONGEST_SECONDS = 180;

  private final Process process;
  private final BufferedReader out;
  private final Path errors;

  private ProductProcess(Process process, Path errors) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.errors = errors;
  }

  /** Starts the product with these arguments; it sees no variables. */
  static ProductProcess start(String... arguments) throws IOException {
    return start(Map.of(), arguments);
  }

  /** Starts the product with these arguments; it sees these variables and no others. */
  static ProductProcess start(Map<String, String> variables, String... arguments)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    var errors = Files.createTempFile("sallyport-errors-", ".txt");
    var builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    return new ProductProcess(builder.start(), errors);
  }

  /** Starts a gateway on free ports over a data directory. */
  static ProductProcess up(Path data, String... more) throws IOException {
    var arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
    arguments.addAll(List.of("--port", "0", "--admin-port", "0"));
    arguments.addAll(List.of(more));
    return start(arguments.toArray(String[]::new));
  }

  /** Waits until the gateway is ready. */
  Addresses ready() throws IOException {
    var line = out.readLine();
    if (line == null) {
      throw new AssertionError("it ended before it was ready: " + errors());
    }
    var words = line.split(" ", -1);
    return new Addresses(URI.create(words[1]), URI.create(words[3]));
  }

  /** Kills it as {@code kill -9} does, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Waits until it ends by itself, and gives its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it has not ended");
    }
    return process.exitValue();
  }

  /** Asks it to end, as {@code kill} does, and waits until it has. */
  int end() throws InterruptedException {
    process.toHandle().destroy(); // which leaves its output to be read
    return awaitEnd();
  }

  /** The processes that it started and that run. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Reads what it writes to standard output up to a line with this text. */
  void awaitLine(String text) throws IOException {
    var line = out.readLine();
    while (line != null && !line.contains(text)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new AssertionError("it ended before it wrote " + text + ": " + errors());
    }
  }

  /** What it writes to standard output until it ends, without what was read before. */
  String output() throws IOException {
    var all = new StringBuilder();
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      all.append(line).append('\n');
    }
    return all.toString();
  }

  /** The arguments of it and of all that it started, as everybody on the machine sees them. */
  String commandLines() throws IOException {
    var all = new StringBuilder();
    for (var handle :
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList()) {
      var file = Path.of("/proc", String.valueOf(handle.pid()), "cmdline");
      all.append(
          Files.isReadable(file)
              ? Files.readString(file, StandardCharsets.ISO_8859_1)
              : handle.info().commandLine().orElse(""));
      all.append('\n');
    }
    return all.toString();
  }

  /** The names of its threads, virtual ones too, and what each does. */
  String threads() throws IOException, InterruptedException {
    var file = Files.createTempFile("sallyport-threads-", ".txt");
    try {
      var asking =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  String.valueOf(process.pid()),
                  "Thread.dump_to_file",
                  "-overwrite",
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!asking.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) || asking.exitValue() != 0) {
        throw new AssertionError("it does not tell its threads");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** What it wrote to standard error so far. */
  String errors() throws IOException {
    return Files.readString(errors);
  }

  /** Waits until it has written this text to standard error. */
  void awaitErrors(String text) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    boolean goesOn = true;
    while (!errors().contains(text)) {
      if (!goesOn) {
        throw new AssertionError("it has not written " + text + ": " + errors());
      }
      goesOn = process.isAlive() && System.nanoTime() - end < 0; // then it is looked once more
      Thread.onSpinWait();
    }
  }

  /** The lines of {@link #errors} that the product wrote, without those of the Java runtime. */
  List<String> sentences() throws IOException {
    return errors().lines().filter(line -> !line.startsWith("WARNING: ")).toList();
  }

  @Override
  public void close() throws IOException {
    try {
      kill();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    out.close();
    Files.deleteIfExists(errors);
  }

  /** Where it listens. */
  record Addresses(URI data, URI admin) {
    /** A client of the control plane. */
    AdminClient client(Path dataDirectory) throws IOException {
      var token = Files.readString(DataDirectory.adminToken(dataDirectory)).strip();
      return new AdminClient(admin, token);
    }

    /** Applies documents, all of which must hold. */
    void apply(Path dataDirectory, String yaml) throws IOException {
      var documents = JsonNodeFactory.instance.arrayNode();
      try {
        DocumentReader.yaml("test", yaml).forEach(document -> documents.add(document.tree()));
      } catch (InvalidDocumentsException e) {
        throw new IllegalArgumentException(e);
      }
      client(dataDirectory).post("/admin/apply", documents).orFail();
    }
  }
}
