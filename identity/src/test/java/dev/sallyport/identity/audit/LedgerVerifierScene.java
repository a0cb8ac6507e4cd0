package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.ALLOWED;
import static dev.sallyport.identity.audit.LedgerSamples.action;
import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.audit.Verification.Broken;
import dev.sallyport.identity.audit.Verification.Fault;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A ledger to be changed and verified. */
abstract class LedgerVerifierScene {
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));

  final TestingSigningKeys keys = new TestingSigningKeys();
  @TempDir Path directory;

  List<String> own() {
    return List.of(LedgerConfig.in(directory).written(keys.publicKey()));
  }

  static void dropLast(Path where) throws IOException {
    var records = new Tampered(SegmentHeader.files(where).getFirst());
    records.records().removeLast();
    records.write();
  }

  void write(Path where, int events) throws IOException {
    try (var ledger = EvidenceLedger.open(LedgerConfig.in(where), keys, CLOCK)) {
      for (int i = 0; i < events; i++) {
        ledger.event("e", facts().put("of", where.getFileName().toString()));
      }
    }
  }

  void writeManyFiles(Path where) throws IOException {
    var config = LedgerConfig.in(where).withSegmentBytes(LedgerConfig.MIN_SEGMENT_BYTES);
    try (var ledger = EvidenceLedger.open(config, keys, CLOCK)) {
      for (int i = 0; i < 30; i++) {
        ledger.begin(call("c" + i), action(), ALLOWED).end(new Outcome.Succeeded(), facts());
      }
    }
  }

  Path drop(int index) throws IOException {
    var copy = copy();
    var records = new Tampered(SegmentHeader.files(copy).getFirst());
    records.records().remove(index);
    records.write();
    return copy;
  }

  Path copy() throws IOException {
    var copy = Files.createTempDirectory(directory, "copy");
    for (var name : List.of(SegmentHeader.fileName(0), "checkpoints", "keys")) {
      Files.copy(directory.resolve(name), copy.resolve(name));
    }
    return copy;
  }

  static int offset(Path file, long seq) throws IOException {
    int offset = SegmentHeader.length(0);
    var records = new Tampered(file).records();
    for (int i = 0; i < seq; i++) {
      offset += records.get(i).length;
    }
    return offset;
  }

  static void assertBroken(Path where, Fault fault, long seq) throws IOException {
    assertThat(LedgerVerifier.verify(where))
        .isInstanceOfSatisfying(
            Broken.class,
            broken -> {
              assertThat(broken.fault()).as(broken.toString()).isEqualTo(fault);
              assertThat(broken.seq()).as(broken.toString()).isEqualTo(seq);
            });
  }
}
