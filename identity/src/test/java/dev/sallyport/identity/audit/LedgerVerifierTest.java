package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.ALLOWED;
import static dev.sallyport.identity.audit.LedgerSamples.action;
import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.audit.Verification.Broken;
import dev.sallyport.identity.audit.Verification.Fault;
import dev.sallyport.identity.audit.Verification.Verified;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerVerifierTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));

  private final TestingSigningKeys keys = new TestingSigningKeys();
  @TempDir private Path directory;

  @Test
  void au03_findsEveryByteThatIsFlipped() throws IOException {
    write(directory, 1);
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verified.class);

    for (var name : List.of(SegmentHeader.fileName(0), "checkpoints", "keys")) {
      var file = directory.resolve(name);
      var bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i++) {
        var changed = bytes.clone();
        changed[i] ^= (byte) (1 << (i % 8));
        Files.write(file, changed);
        assertThat(LedgerVerifier.verify(directory))
            .as("%s byte %d", name, i)
            .isInstanceOf(Broken.class);
      }
      Files.write(file, bytes);
    }
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verified.class);
  }

  @Test
  void au03_namesTheRecordInWhichAByteIsFlipped() throws IOException {
    write(directory, 5);
    var file = SegmentHeader.files(directory).getFirst();
    var bytes = Files.readAllBytes(file);
    long seq = 0;
    for (var record : new Tampered(file).records()) {
      int start = offset(file, seq);
      for (int at = 0; at < record.length; at += 7) {
        var changed = bytes.clone();
        changed[start + at] ^= 0x10;
        Files.write(file, changed);
        assertThat(LedgerVerifier.verify(directory))
            .as("record %d byte %d", seq, at)
            .isInstanceOfSatisfying(
                Broken.class,
                broken -> {
                  assertThat(broken.offset()).isEqualTo(start);
                  assertThat(broken.file()).isEqualTo("00000000000000000000.records");
                  assertThat(broken.fault()).isEqualTo(Fault.FLIPPED);
                });
        Files.write(file, bytes);
      }
      seq++;
    }
  }

  @Test
  void au03_findsFlippedBytesInALedgerOfManyFiles() throws IOException {
    writeManyFiles(directory);
    var files = SegmentHeader.files(directory);
    assertThat(files).hasSizeGreaterThan(5);
    var random = new Random(42);
    for (int round = 0; round < 200; round++) {
      var file = files.get(random.nextInt(files.size()));
      var bytes = Files.readAllBytes(file);
      var changed = bytes.clone();
      int at = random.nextInt(bytes.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, changed);
      assertThat(LedgerVerifier.verify(directory))
          .as("%s byte %d", file, at)
          .isInstanceOfSatisfying(
              Broken.class,
              broken -> assertThat(broken.file()).isEqualTo(LedgerVerifier.name(file)));
      Files.write(file, bytes);
    }
  }

  @Test
  void au03_namesARecordThatIsDropped() throws IOException {
    write(directory, 5);
    for (int i = 0; i < 6; i++) {
      assertBroken(drop(i), Fault.MISSING, i);
    }
    assertBroken(drop(6), Fault.TRUNCATED, 6);
  }

  @Test
  void au03_namesRecordsThatAreSwapped() throws IOException {
    write(directory, 5);
    for (int i = 0; i < 6; i++) {
      var copy = copy();
      var records = new Tampered(SegmentHeader.files(copy).getFirst());
      var moved = records.records().remove(i);
      records.records().add(i + 1, moved);
      records.write();
      assertBroken(copy, Fault.REORDERED, i);
    }
  }

  @Test
  void au03_namesWhereARecordIsPutIn() throws IOException {
    write(directory, 5);
    for (int i = 1; i < 7; i++) {
      for (int from = 0; from < i; from++) {
        var copy = copy();
        var records = new Tampered(SegmentHeader.files(copy).getFirst());
        records.records().add(i, records.records().get(from));
        records.write();
        assertBroken(copy, Fault.SPLICED, i);
      }
    }
  }

  @Test
  void au03_namesARecordOfAnotherReplica() throws IOException {
    var other = directory.resolve("other");
    write(directory, 5);
    write(other, 5);
    var foreign = new Tampered(SegmentHeader.files(other).getFirst()).records();
    for (int i = 1; i < 6; i++) {
      var copy = copy();
      var records = new Tampered(SegmentHeader.files(copy).getFirst());
      records.records().set(i, foreign.get(i));
      records.write();
      assertBroken(copy, Fault.SPLICED, i);

      var inserted = copy();
      records = new Tampered(SegmentHeader.files(inserted).getFirst());
      records.records().add(i, foreign.get(i));
      records.write();
      assertBroken(inserted, Fault.SPLICED, i);
    }
  }

  @Test
  void au03_findsTheLedgerOfAnotherReplicaUnderItsOwnCheckpoints() throws IOException {
    var other = directory.resolve("other");
    write(directory, 5);
    write(other, 5);
    Files.copy(
        SegmentHeader.files(other).getFirst(),
        Files.createDirectory(directory.resolve("mixed")).resolve(SegmentHeader.fileName(0)));
    for (var name : List.of("checkpoints", "keys")) {
      Files.copy(directory.resolve(name), directory.resolve("mixed").resolve(name));
    }
    assertBroken(directory.resolve("mixed"), Fault.SPLICED, 7);
  }

  @Test
  void au03_findsTheEndCutOffAnywhere() throws IOException {
    write(directory, 2);
    var file = SegmentHeader.files(directory).getFirst();
    var bytes = Files.readAllBytes(file);
    for (int size = 0; size < bytes.length; size += 3) {
      Files.write(file, Arrays.copyOf(bytes, size));
      assertThat(LedgerVerifier.verify(directory))
          .as("%d bytes", size)
          .isInstanceOfSatisfying(
              Broken.class, broken -> assertThat(broken.fault()).isEqualTo(Fault.TRUNCATED));
    }
    Files.delete(file);
    assertBroken(directory, Fault.TRUNCATED, 0);
  }

  @Test
  void au03_findsAFileThatIsGoneOrCut() throws IOException {
    writeManyFiles(directory);
    var files = SegmentHeader.files(directory);
    for (int i = 0; i < files.size(); i++) {
      var bytes = Files.readAllBytes(files.get(i));
      boolean last = i == files.size() - 1;
      Files.delete(files.get(i));
      assertBroken(
          directory, last ? Fault.TRUNCATED : Fault.MISSING, SegmentHeader.firstSeq(files.get(i)));
      Files.write(files.get(i), Arrays.copyOf(bytes, bytes.length - 1));
      assertThat(LedgerVerifier.verify(directory))
          .isInstanceOfSatisfying(
              Broken.class, broken -> assertThat(broken.fault()).isEqualTo(Fault.TRUNCATED));
      Files.write(files.get(i), bytes);
    }
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verified.class);
  }

  @Test
  void au04_findsThatTheCheckpointsOfALedgerThatWasClosedAreGone() throws IOException {
    write(directory, 3);
    var first = Files.readAllBytes(directory.resolve("checkpoints"));
    write(directory, 3);

    Files.write(directory.resolve("checkpoints"), first);
    assertBroken(directory, Fault.TRUNCATED, 5);

    Files.delete(directory.resolve("checkpoints"));
    assertBroken(directory, Fault.TRUNCATED, 0);
  }

  @Test
  void au04_saysThatNothingIsSignedOfALedgerWithoutCheckpoints() throws IOException {
    write(directory, 3);
    Files.delete(directory.resolve("checkpoints"));
    dropLast(directory);

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.signed()).isFalse();
              assertThat(verified.sentence()).contains("none of the 4 records is signed");
            });
  }

  @Test
  void au04_saysHowManyRecordsCouldBeCutOffUnseen() throws IOException {
    write(directory, 3);
    var first = Files.readAllBytes(directory.resolve("checkpoints"));
    write(directory, 3);
    Files.write(directory.resolve("checkpoints"), first);
    dropLast(directory);

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.signedRecords()).isEqualTo(5);
              assertThat(verified.sentence())
                  .startsWith("evidence verified up to record 4: 9 records")
                  .contains("the last 4 records are not signed yet");
            });
  }

  @Test
  void au04_findsThatMoreIsNotSignedThanAGatewayLeaves() throws IOException {
    write(directory, 1);
    var first = Files.readAllBytes(directory.resolve("checkpoints"));
    var clock = new TestingClock();
    try (var ledger = EvidenceLedger.open(LedgerConfig.in(directory), keys, clock)) {
      ledger.event("e", facts());
      clock.advance(Duration.ofMinutes(1));
      ledger.event("e", facts());
    }
    Files.write(directory.resolve("checkpoints"), first);
    dropLast(directory);

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Broken.class, broken -> assertThat(broken.sentence()).contains("the last 60 seconds"));
  }

  @Test
  void au04_findsACutWithItsCheckpointsByACheckpointThatWasKeptElsewhere() throws IOException {
    write(directory, 3);
    var records = Files.readAllBytes(SegmentHeader.files(directory).getFirst());
    var checkpoints = Files.readAllBytes(directory.resolve("checkpoints"));
    write(directory, 3);
    var kept = Files.readAllBytes(directory.resolve("checkpoints"));
    assertThat(LedgerVerifier.verify(directory, own(), kept)).isInstanceOf(Verified.class);

    Files.write(SegmentHeader.files(directory).getFirst(), records);
    Files.write(directory.resolve("checkpoints"), checkpoints);

    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verified.class);
    assertThat(LedgerVerifier.verify(directory, own(), kept))
        .isInstanceOfSatisfying(
            Broken.class, broken -> assertThat(broken.fault()).isEqualTo(Fault.TRUNCATED));
  }

  @Test
  void au04_findsAnotherHistoryUnderAKeyOfItsOwn() throws IOException {
    write(directory, 3);
    var kept = Files.readAllBytes(directory.resolve("checkpoints"));
    var forged = Files.createTempDirectory(directory, "forged");
    try (var ledger =
        EvidenceLedger.open(LedgerConfig.in(forged), new TestingSigningKeys(), CLOCK)) {
      for (int i = 0; i < 9; i++) {
        ledger.event("e", facts());
      }
    }

    assertThat(LedgerVerifier.verify(forged)).isInstanceOf(Verified.class);
    assertThat(LedgerVerifier.verify(forged, own())).isInstanceOf(Broken.class);
    assertThat(LedgerVerifier.verify(forged, LedgerVerifier.keysBeside(forged), kept))
        .isInstanceOf(Broken.class);
  }

  @Test
  void takesNothingThatIsNoCheckpointForOneThatWasKept() throws IOException {
    write(directory, 3);
    var kept = Files.readAllBytes(directory.resolve("checkpoints"));

    for (var bytes :
        List.of("x".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(kept, kept.length - 1))) {
      assertThat(LedgerVerifier.verify(directory, own(), bytes)).isInstanceOf(Broken.class);
    }
  }

  @Test
  void saysThatAllIsWellOfALedgerThatIsEmpty() throws IOException {
    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.records()).isZero());
  }

  @Test
  void trustsNoKeysButThoseThatItIsGiven() throws IOException {
    write(directory, 3);
    var own = NoteKey.of("sallyport.dev/evidence", keys.publicKey()).written();
    var other =
        NoteKey.of("sallyport.dev/evidence", new TestingSigningKeys().publicKey()).written();

    assertThat(LedgerVerifier.verify(directory, List.of(other, own))).isInstanceOf(Verified.class);
    assertThat(LedgerVerifier.verify(directory, List.of(other)))
        .isInstanceOfSatisfying(
            Broken.class,
            broken -> assertThat(broken.sentence()).contains("not signed by a key that is known"));
    assertThat(LedgerVerifier.verify(directory, List.of("nonsense"))).isInstanceOf(Broken.class);
  }

  @Test
  void findsThatCheckpointsChangedPlaces() throws IOException {
    write(directory, 1);
    var first = Files.readString(directory.resolve("checkpoints"));
    write(directory, 1);
    var both = Files.readString(directory.resolve("checkpoints"));
    Files.writeString(directory.resolve("checkpoints"), both.substring(first.length()) + first);

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Broken.class, broken -> assertThat(broken.fault()).isEqualTo(Fault.REORDERED));
  }

  private List<String> own() {
    return List.of(LedgerConfig.in(directory).written(keys.publicKey()));
  }

  private static void dropLast(Path where) throws IOException {
    var records = new Tampered(SegmentHeader.files(where).getFirst());
    records.records().removeLast();
    records.write();
  }

  private void write(Path where, int events) throws IOException {
    try (var ledger = EvidenceLedger.open(LedgerConfig.in(where), keys, CLOCK)) {
      for (int i = 0; i < events; i++) {
        ledger.event("e", facts().put("of", where.getFileName().toString()));
      }
    }
  }

  private void writeManyFiles(Path where) throws IOException {
    var config = LedgerConfig.in(where).withSegmentBytes(LedgerConfig.MIN_SEGMENT_BYTES);
    try (var ledger = EvidenceLedger.open(config, keys, CLOCK)) {
      for (int i = 0; i < 30; i++) {
        ledger.begin(call("c" + i), action(), ALLOWED).end(new Outcome.Succeeded(), facts());
      }
    }
  }

  private Path drop(int index) throws IOException {
    var copy = copy();
    var records = new Tampered(SegmentHeader.files(copy).getFirst());
    records.records().remove(index);
    records.write();
    return copy;
  }

  private Path copy() throws IOException {
    var copy = Files.createTempDirectory(directory, "copy");
    for (var name : List.of(SegmentHeader.fileName(0), "checkpoints", "keys")) {
      Files.copy(directory.resolve(name), copy.resolve(name));
    }
    return copy;
  }

  private static int offset(Path file, long seq) throws IOException {
    int offset = SegmentHeader.length(0);
    var records = new Tampered(file).records();
    for (int i = 0; i < seq; i++) {
      offset += records.get(i).length;
    }
    return offset;
  }

  private static void assertBroken(Path where, Fault fault, long seq) throws IOException {
    assertThat(LedgerVerifier.verify(where))
        .isInstanceOfSatisfying(
            Broken.class,
            broken -> {
              assertThat(broken.fault()).as(broken.toString()).isEqualTo(fault);
              assertThat(broken.seq()).as(broken.toString()).isEqualTo(seq);
            });
  }
}
