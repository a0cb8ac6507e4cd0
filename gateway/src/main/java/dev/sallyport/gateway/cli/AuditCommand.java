package dev.sallyport.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.server.DataDirectory;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.audit.LedgerVerifier;
import dev.sallyport.identity.audit.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport audit}. Reads the data directory itself, so no gateway needs to run. For one
 * thread.
 */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = "Verifies the evidence, or shows it. Works beside a running gateway and without.",
    footer = {
      "",
      "Example:",
      "  sallyport audit verify",
      "  sallyport audit show --last 20",
      "  sallyport audit show --turn turn_…"
    })
public final class AuditCommand implements Runnable {
  private static final int USUAL = 20;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(1_500);

  private final Terminal terminal;
  private final Environment environment;

  @Spec private @Nullable CommandSpec spec;

  public AuditCommand(Terminal terminal, Environment environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(terminal.out());
    }
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "Finds any record that was changed, dropped, moved or put in, and names it.",
      footer = {
        "",
        "Example:",
        "  sallyport audit verify --data /var/lib/sallyport",
        "  sallyport audit verify --key /safe/keys --checkpoint /safe/checkpoints"
      })
  int verify(
      @Option(names = "--data", paramLabel = "DIR", description = "The data directory.")
          @Nullable Path data,
      @Option(
              names = "--key",
              paramLabel = "KEY",
              description = {
                "A key to trust, as it is written in evidence/keys, or a file of such lines that",
                "was kept elsewhere. By default that of the vault of the data directory."
              })
          @Nullable List<String> keys,
      @Option(
              names = "--checkpoint",
              paramLabel = "FILE",
              description = "Checkpoints kept elsewhere, which the evidence has to contain.")
          @Nullable Path checkpoint) {
    var evidence = evidence(data);
    try {
      var trusted = keys == null ? EvidenceKeys.of(directory(data)) : EvidenceKeys.named(keys);
      var kept = checkpoint == null ? new byte[0] : Files.readAllBytes(checkpoint);
      var status = answer(signed(evidence, trusted, kept));
      terminal.out().println("  " + trusted.said());
      return status;
    } catch (IOException e) {
      throw new CommandFailure("The evidence cannot be verified: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("Interrupted.", e);
    }
  }

  /** A gateway that runs signs within a second, so what is not signed yet is looked at again. */
  private static Verification signed(Path evidence, EvidenceKeys trusted, byte[] kept)
      throws IOException, InterruptedException {
    var found = LedgerVerifier.verify(evidence, trusted.written(), kept);
    if (found instanceof Verification.Verified verified
        && verified.signedRecords() < verified.records()) {
      Thread.sleep(LOOK_AGAIN);
      return LedgerVerifier.verify(evidence, trusted.written(), kept);
    }
    return found;
  }

  private int answer(Verification found) {
    return switch (found) {
      case Verification.Verified verified when verified.signed() -> {
        terminal.out().println(terminal.good(verified.sentence()));
        yield 0;
      }
      case Verification.Verified unsigned -> {
        terminal.out().println(terminal.bad("evidence NOT verified: " + unsigned.sentence()));
        yield 1;
      }
      case Verification.Broken broken -> {
        terminal.out().println(terminal.bad("evidence NOT verified: " + broken.sentence()));
        terminal
            .out()
            .printf(
                "  %s at record %d, %s, byte %d%n",
                broken.fault().label(), broken.seq(), broken.file(), broken.offset());
        yield 1;
      }
    };
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows records, one a line, in JSON.",
      footer = {"", "Example:", "  sallyport audit show --last 5"})
  int show(
      @Option(
              names = "--call",
              paramLabel = "ID",
              description = "Those of one call, by its id or by a beginning that no other has.")
          @Nullable String call,
      @Option(names = "--turn", paramLabel = "ID", description = "Those of one turn.")
          @Nullable String turn,
      @Option(names = "--last", paramLabel = "N", description = "The last ones; 20 unless given.")
          @Nullable Integer last,
      @Option(names = "--data", paramLabel = "DIR", description = "The data directory.")
          @Nullable Path data) {
    var reader = new EvidenceReader(evidence(data));
    try {
      records(reader, call, turn, last).forEach(record -> terminal.out().println(record));
      terminal.out().flush();
      return 0;
    } catch (IOException e) {
      throw new CommandFailure("The evidence cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<JsonNode> records(
      EvidenceReader reader, @Nullable String call, @Nullable String turn, @Nullable Integer last)
      throws IOException {
    if (call != null) {
      return reader.call(whole(reader, call));
    }
    if (turn == null) {
      return reader.last(last == null ? USUAL : last);
    }
    var found = reader.turn(turn);
    if (found.isEmpty()) {
      throw new CommandFailure(
          "The evidence holds no call of the turn " + turn + ". Write its whole id.");
    }
    return found;
  }

  /** The id of the one call whose id begins like this. */
  private static String whole(EvidenceReader reader, String start) throws IOException {
    var found = reader.callsBeginningWith(start, 2);
    if (found.isEmpty()) {
      throw new CommandFailure("The evidence holds no call whose id begins with " + start + ".");
    }
    if (found.size() > 1 && !found.contains(start)) {
      throw new CommandFailure(
          "The ids of several calls begin with "
              + start
              + ", such as "
              + String.join(" and ", found)
              + ". Write more of the one that is meant.");
    }
    return found.size() > 1 ? start : found.getFirst();
  }

  private Path directory(@Nullable Path data) {
    return data != null
        ? data
        : environment.find("SALLYPORT_DATA").map(Path::of).orElseGet(environment::standardData);
  }

  private Path evidence(@Nullable Path data) {
    var evidence = DataDirectory.evidence(directory(data));
    if (!Files.isDirectory(evidence)) {
      throw new CommandFailure(
          "There is no evidence in " + directory(data) + "; name another with --data.");
    }
    return evidence;
  }
}
