package dev.sallyport.identity.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.audit.Verification.Broken;
import dev.sallyport.identity.audit.Verification.Fault;
import dev.sallyport.identity.audit.Verification.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LedgerVerifierTest extends LedgerVerifierScene {
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
}
