package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.server.DataDirectory;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import dev.sallyport.sandbox.process.Isolation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport doctor}. For one thread. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Looks whether this machine has what the gateway needs, and says what to do.",
    footer = {"", "Example:", "  sallyport doctor"})
public final class DoctorCommand implements Callable<Integer> {
  private static final int NEEDED_JAVA = 25;
  private static final Instant RELEASED = Instant.parse("2026-11-01T00:00:00Z");

  private final Terminal terminal;
  private final Environment environment;
  private boolean failed;

  @Option(names = "--data", paramLabel = "DIR", description = "The data directory.")
  private @Nullable Path data;

  public DoctorCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public Integer call() {
    var directory =
        data != null
            ? data
            : environment.find("SALLYPORT_DATA").map(Path::of).orElseGet(environment::standardData);
    java();
    clock();
    boolean running = directory(directory);
    if (!running) {
      port("listen.port", 8080);
      port("admin.port", 8081);
    }
    isolation();
    evidence(directory);
    return failed ? 1 : 0;
  }

  private void java() {
    int feature = Runtime.version().feature();
    report(
        feature >= NEEDED_JAVA,
        "java",
        Runtime.version().toString(),
        "needs a JDK " + NEEDED_JAVA + " or later; set SALLYPORT_JAVA_HOME to one");
  }

  /** A clock before the release is wrong, and then every token would be. */
  private void clock() {
    var now = InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS);
    report(
        !now.isBefore(RELEASED),
        "clock",
        now.toString(),
        "the clock is at " + now + ", before this release; set it");
  }

  private boolean directory(Path directory) {
    if (!Files.exists(directory)) {
      report(true, "data", directory + " (made at the first start)", "");
      return false;
    }
    report(
        Files.isDirectory(directory) && Files.isWritable(directory),
        "data",
        directory.toString(),
        directory + " cannot be written; make it writable, or name another with --data");
    boolean running = running(DataDirectory.addresses(directory));
    report(true, "gateway", running ? "running on this directory" : "not running", "");
    return running;
  }

  /** A gateway that was killed leaves its addresses behind, and its process is gone. */
  private static boolean running(Path addresses) {
    try {
      var pid = new JsonMapper().readTree(addresses.toFile()).path("pid").asLong();
      return ProcessHandle.of(pid).isPresent();
    } catch (IOException _) {
      return false;
    }
  }

  private void port(String key, int port) {
    boolean free;
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      free = true;
    } catch (IOException _) {
      free = false;
    }
    report(free, key, port + " is free", port + " is in use; choose another");
  }

  /** Without it servers with runtime bwrap cannot start, and all else works. */
  private void isolation() {
    var problem = Isolation.detect().problem();
    if (problem.isEmpty()) {
      report(true, "isolation", "bubblewrap works", "");
    } else {
      terminal.out().println(terminal.notable("note  ") + "isolation    " + problem.get());
    }
  }

  private void evidence(Path directory) {
    var evidence = DataDirectory.evidence(directory);
    if (!Files.isDirectory(evidence)) {
      report(true, "evidence", "none yet", "");
      return;
    }
    try {
      var keys = EvidenceKeys.of(directory);
      var verification = LedgerVerifier.verify(evidence, keys.written());
      report(
          verification instanceof Verification.Verified verified && verified.signed(),
          "evidence",
          verification.sentence(),
          verification.sentence());
    } catch (IOException e) {
      report(false, "evidence", "", "cannot be read: " + e.getMessage());
    }
  }

  private void report(boolean fine, String what, String found, String advice) {
    failed |= !fine;
    terminal
        .out()
        .printf(
            "%s  %-12s %s%n",
            fine ? terminal.good("ok  ") : terminal.bad("FAIL"), what, fine ? found : advice);
  }
}
