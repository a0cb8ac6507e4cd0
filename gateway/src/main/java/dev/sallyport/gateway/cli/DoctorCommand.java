package dev.sallyport.gateway.cli;

import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.GatewayConfig.Listen;
import dev.sallyport.gateway.config.GatewayConfig.PemFiles;
import dev.sallyport.gateway.config.GatewayConfig.Tls;
import dev.sallyport.gateway.config.GatewayConfig.WorkloadApi;
import dev.sallyport.gateway.config.InvalidConfigException;
import dev.sallyport.gateway.server.DataDirectory;
import dev.sallyport.gateway.server.StartChecks;
import dev.sallyport.gateway.server.StartException;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.ProtectedResource;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import dev.sallyport.sandbox.process.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sallyport doctor}. For one thread. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Looks whether this machine has what the gateway needs with the configuration that up would"
            + " have, and says what to do.",
    footer = {"", "Example:", "  sallyport doctor", "  sallyport doctor --config sallyport.yaml"})
public final class DoctorCommand implements Callable<Integer> {
  private static final Duration FIRST_SIGNATURE = Duration.ofSeconds(3);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int NEEDED_JAVA = 25;
  private static final Instant RELEASED = Instant.parse("2026-11-01T00:00:00Z");

  private final Terminal terminal;
  private final Environment environment;
  private boolean failed;

  private @Nullable ConfigOptions options;

  public DoctorCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  /** Adds the options of {@code up}. */
  @Spec
  void addOptions(CommandSpec spec) {
    options = ConfigOptions.addTo(spec, environment);
  }

  @Override
  public Integer call() {
    java();
    clock();
    config().ifPresent(this::configured);
    isolation();
    return failed ? 1 : 0;
  }

  /** The configuration that {@code up} would have, if it could start with it. */
  private Optional<GatewayConfig> config() {
    if (options == null) {
      throw new IllegalStateException("not run as a command");
    }
    try {
      var config = options.load();
      report(true, "config", options.file().map(Path::toString).orElse("no file is named"), "");
      return Optional.of(config);
    } catch (InvalidConfigException e) {
      e.mistakes().forEach(mistake -> report(false, "config", "", mistake.toString()));
      return Optional.empty();
    }
  }

  private void configured(GatewayConfig config) {
    var data = config.data();
    check("data", orMade(data), () -> StartChecks.data(data));
    boolean running = running(data);
    check("key", orMade(config.vaultKeyFile()), () -> StartChecks.key(config, running));
    var token = DataDirectory.adminToken(data);
    check("token", orMade(token), () -> StartChecks.adminToken(token));
    var clock = InstantSource.system();
    config.tls().ifPresent(tls -> check("tls", tls(tls), () -> StartChecks.tls(tls, clock)));
    report(true, "gateway", running ? "running on this directory" : "not running", "");
    if (!running) {
      check("listen", address(config.listen()), () -> StartChecks.listen(config));
      check("admin", address(config.admin()), () -> StartChecks.admin(config));
    }
    look("store", () -> StartChecks.store(config, running));
    report(true, "audience", "of JWT-SVIDs is " + String.join(" or ", config.audiences()), "");
    if (config.approvers().areNamed()) {
      report(true, "approvers", approvers(config), "");
    }
    evidence(data, running);
  }

  private static String approvers(GatewayConfig config) {
    var suffixed =
        config.audiences().stream().map(each -> each + ProtectedResource.CONTROL_PLANE).toList();
    return "of held calls are "
        + String.join(
            ", ", config.approvers().names().stream().map(PrincipalId::value).sorted().toList())
        + ", by tokens for "
        + String.join(" or ", suffixed)
        + ", or for the audience of an Issuer and then "
        + ProtectedResource.CONTROL_PLANE;
  }

  private static String orMade(Path path) {
    return Files.exists(path) ? path.toString() : path + " (made at the first start)";
  }

  private static String tls(Tls tls) {
    return switch (tls.certificate()) {
      case PemFiles files -> "shows the certificate in " + files.certificate();
      case WorkloadApi api -> "shows the X.509-SVID that " + api.address() + " gives it";
    };
  }

  private static String address(Listen listen) {
    return listen.port() == 0
        ? "any free port on " + listen.host()
        : "port " + listen.port() + " on " + listen.host() + " is free";
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

  /** A gateway that was killed leaves its addresses behind, and its process is gone. */
  private static boolean running(Path data) {
    try {
      return ProcessHandle.of(GatewayAddress.of(data).pid()).isPresent();
    } catch (IOException _) {
      return false;
    }
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

  private void evidence(Path directory, boolean running) {
    var evidence = DataDirectory.evidence(directory);
    if (!Files.isDirectory(evidence)) {
      report(true, "evidence", "none yet", "");
      return;
    }
    try {
      var verification = verified(directory, evidence, running);
      report(isSigned(verification), "evidence", verification.sentence(), verification.sentence());
    } catch (IOException e) {
      report(false, "evidence", "", "cannot be read: " + e.getMessage());
    }
  }

  /** A gateway that runs signs its first records soon, so there may be something to wait for. */
  private static Verification verified(Path directory, Path evidence, boolean running)
      throws IOException {
    var keys = EvidenceKeys.of(directory).written();
    var verification = LedgerVerifier.verify(evidence, keys);
    long until = System.nanoTime() + FIRST_SIGNATURE.toNanos();
    while (running && !isSigned(verification) && System.nanoTime() < until) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      verification = LedgerVerifier.verify(evidence, keys);
    }
    return verification;
  }

  private static boolean isSigned(Verification verification) {
    return verification instanceof Verification.Verified verified && verified.signed();
  }

  private void check(String what, String found, Check check) {
    look(
        what,
        () -> {
          check.run();
          return found;
        });
  }

  private void look(String what, Look look) {
    try {
      report(true, what, look.found(), "");
    } catch (StartException e) {
      report(false, what, "", String.valueOf(e.getMessage()));
    }
  }

  /** Throws what is wrong. */
  @FunctionalInterface
  private interface Check {
    void run() throws StartException;
  }

  /** Says what there is, or throws what is wrong. */
  @FunctionalInterface
  private interface Look {
    String found() throws StartException;
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
