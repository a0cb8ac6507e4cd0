package dev.sallyport.it;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The MCP conformance suite: a program of other people that puts a server to the test. */
final class Conformance {
  private static final long TIMEOUT_SECONDS = 300;
  private static final JsonMapper JSON = new JsonMapper();

  /** A folder of results is named after the scenario and the time. */
  private static final Pattern FOLDER = Pattern.compile("server-(.+)-20\\d\\d-\\d\\d-\\d\\dT.*");

  private Conformance() {}

  /**
   * Runs what the suite asks of every server that speaks a revision.
   *
   * @param folder an empty folder to work in
   */
  static Outcome run(URI server, String revision, Path folder) {
    try {
      var output = folder.resolve("output.txt");
      var process =
          new ProcessBuilder(
                  Peers.node().toString(),
                  Peers.file(
                          "conformance",
                          "node_modules/@modelcontextprotocol/conformance/dist/index.js")
                      .toString(),
                  "server",
                  "--url",
                  server.toString(),
                  "--requirements",
                  revision,
                  "-o",
                  "results")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("the suite did not end: " + Files.readString(output));
        }
      } finally {
        process.destroyForcibly();
      }
      var checks = checks(folder.resolve("results"));
      return new Outcome(process.exitValue(), checks, Files.readString(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static SortedSet<Check> checks(Path results) throws IOException {
    var checks = new TreeSet<Check>();
    try (var scenarios = Files.list(results)) {
      for (var scenario : scenarios.toList()) {
        var name = FOLDER.matcher(scenario.getFileName().toString());
        if (!name.matches()) {
          throw new AssertionError("not the results of a scenario: " + scenario);
        }
        for (var check : JSON.readTree(scenario.resolve("checks.json").toFile())) {
          checks.add(
              new Check(
                  name.group(1),
                  check.path("id").asText(),
                  check.path("status").asText(),
                  check.path("errorMessage").asText()));
        }
      }
    }
    return Collections.unmodifiableSortedSet(checks);
  }

  /**
   * One thing that was checked. Two are the same whatever the reasons.
   *
   * @param reason why it failed; empty if it did not
   */
  record Check(String scenario, String id, String status, String reason)
      implements Comparable<Check> {
    private static final Comparator<Check> ORDER =
        Comparator.comparing(Check::scenario).thenComparing(Check::id).thenComparing(Check::status);

    @Override
    public int compareTo(Check other) {
      return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Check check && compareTo(check) == 0;
    }

    @Override
    public int hashCode() {
      return id.hashCode();
    }

    @Override
    public String toString() {
      return "%-46s %-58s %-8s %s".formatted(scenario, id, status, reason).strip();
    }
  }

  /**
   * What came out.
   *
   * @param exitCode 0 if the server meets all that is required
   * @param output what the suite said
   */
  record Outcome(int exitCode, SortedSet<Check> checks, String output) {
    /** How often something was checked and found right. */
    long successes() {
      return checks.stream().filter(check -> check.status().equals("SUCCESS")).count();
    }
  }
}
