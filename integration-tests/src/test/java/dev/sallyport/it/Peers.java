package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The programs of other people that {@code integration-tests/peers/install} obtains from npm. */
final class Peers {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "."), "peers").toAbsolutePath().normalize();
  private static final long TIMEOUT_SECONDS = 300;
  private static final JsonMapper JSON = new JsonMapper();

  private Peers() {}

  /** Node.js: the one that was obtained where there is one, else that of this machine. */
  static Path node() {
    var build = nodeBuild(System.getProperty("os.name"), System.getProperty("os.arch"));
    var obtained = FOLDER.resolve("node/node_modules/" + build + "/bin/node");
    return Files.isExecutable(obtained) ? obtained : onPath("node");
  }

  /** The npm package of Node.js for a machine, as Java names that. */
  static String nodeBuild(String system, String processor) {
    return "node-"
        + (system.startsWith("Mac") ? "darwin" : system.toLowerCase(Locale.ROOT))
        + (processor.equals("aarch64") ? "-arm64" : "-x64");
  }

  /**
   * A file of a group of packages.
   *
   * @throws AssertionError if the group was not installed
   */
  static Path file(String group, String path) {
    var file = FOLDER.resolve(group).resolve(path);
    if (!Files.isDirectory(FOLDER.resolve(group).resolve("node_modules")) || !Files.exists(file)) {
      throw new AssertionError(
          "The packages of '"
              + group
              + "' are missing; run integration-tests/peers/install first.");
    }
    return file;
  }

  /** The file that a server's package is started with. */
  static Path server(String name) {
    return file("mcp-servers", "node_modules/@modelcontextprotocol/" + name + "/dist/index.js");
  }

  /**
   * Runs a script of a group to its end.
   *
   * @param input what it reads from standard input
   * @return what it wrote to standard output
   * @throws AssertionError if it failed, or did not end in time
   */
  static JsonNode run(String group, String script, JsonNode input) {
    var program = file(group, script).toString();
    try {
      var folder = Files.createTempDirectory("sallyport-peer-");
      try {
        return run(new ProcessBuilder(node().toString(), program), folder, input);
      } finally {
        for (var name : List.of("input", "output", "errors", "")) {
          Files.deleteIfExists(folder.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode run(ProcessBuilder command, Path folder, JsonNode input)
      throws IOException {
    var given = Files.writeString(folder.resolve("input"), input.toString());
    var output = folder.resolve("output");
    var errors = folder.resolve("errors");
    var process =
        command
            .redirectInput(given.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(command.command() + " did not end in time");
      }
      if (process.exitValue() != 0) {
        throw new AssertionError(command.command() + " failed: " + Files.readString(errors));
      }
      return JSON.readTree(Files.readString(output));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Path onPath(String program) {
    for (var folder : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return Path.of(folder, program);
      }
    }
    throw new AssertionError(
        "Node.js is missing; install it, and run integration-tests/peers/install.");
  }
}
