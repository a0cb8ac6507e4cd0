package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.ALLOWED;
import static dev.sallyport.identity.audit.LedgerSamples.action;
import static dev.sallyport.identity.audit.LedgerSamples.call;
import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static dev.sallyport.identity.audit.LedgerSamples.records;
import static dev.sallyport.identity.audit.LedgerSamples.summary;
import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerRecoveryTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123456789Z");

  private final TestingSigningKeys keys = new TestingSigningKeys();
  @TempDir private Path directory;

  @Test
  void goesOnWhereItStopped() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (var ledger = open()) {
        ledger.event("e" + i, facts());
      }
    }
    assertThat(records(directory))
        .extracting(record -> record.path("seq").asInt())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(records(directory).get(3).path("facts").toString())
        .matches(
            "\\{\"run\":\"[0-9a-f]{16}\",\"key\":\"testing\",\"previous\":\"clean\",\"unknown_calls\":0,\"truncated_bytes\":0\\}");
    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verification.Verified.class,
            verified -> {
              assertThat(verified.records()).isEqualTo(9);
              assertThat(verified.signedRecords()).isEqualTo(9);
            });
  }

  @Test
  void givesCallsWithoutAnOutcomeTheOutcomeUnknown() throws IOException {
    try (var ledger = open()) {
      ledger.begin(call("c1"), action(), ALLOWED);
      ledger.begin(call("c2"), action(), ALLOWED).end(new Outcome.Succeeded(), facts());
      ledger.begin(call("c3"), action(), ALLOWED);
    }
    open().close();
    open().close();

    assertThat(summary(directory))
        .containsExactly(
            "started",
            "intent c1",
            "intent c2",
            "outcome c2 ok",
            "intent c3",
            "stopped",
            "outcome c1 unknown",
            "outcome c3 unknown",
            "started",
            "stopped",
            "started",
            "stopped");
  }

  @Test
  void findsOpenCallsOfOlderFiles() throws IOException {
    var config = LedgerConfig.in(directory).withSegmentBytes(LedgerConfig.MIN_SEGMENT_BYTES);
    try (var ledger = EvidenceLedger.open(config, keys, InstantSource.fixed(NOW))) {
      ledger.begin(call("old"), action(), ALLOWED);
      for (int i = 0; i < 50; i++) {
        ledger.begin(call("c" + i), action(), ALLOWED).end(new Outcome.Succeeded(), facts());
      }
    }
    assertThat(SegmentHeader.files(directory)).hasSizeGreaterThan(5);
    EvidenceLedger.open(config, keys, InstantSource.fixed(NOW)).close();

    assertThat(summary(directory))
        .filteredOn(line -> line.endsWith("unknown"))
        .containsExactly("outcome old unknown");
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void letsOneWriterIntoADirectory() throws IOException {
    try (var _ = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("another process");
    }
    open().close();
  }

  @Test
  void au12_stopsForGoodWhenASyncFails() throws IOException {
    var disk = new FailingDisk();
    var ledger =
        EvidenceLedger.open(LedgerConfig.in(directory), keys, InstantSource.fixed(NOW), disk);
    ledger.event("before", facts());
    disk.failSyncs(true);
    assertRefused(
        RefusalCode.EVIDENCE_UNAVAILABLE, () -> ledger.begin(call("c1"), action(), ALLOWED));
    disk.failSyncs(false);
    assertRefused(
        RefusalCode.EVIDENCE_UNAVAILABLE, () -> ledger.begin(call("c2"), action(), ALLOWED));
    ledger.close();

    open().close();
    assertThat(summary(directory))
        .contains("event before", "outcome c1 unknown")
        .doesNotContain("intent c2");
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void au02_goesOnAfterAFullDiskOnceItIsOpenedAgain() throws IOException {
    var disk = new FailingDisk();
    var ledger =
        EvidenceLedger.open(LedgerConfig.in(directory), keys, InstantSource.fixed(NOW), disk);
    ledger.event("before", facts());
    disk.leaveRoomFor(100);
    assertRefused(
        RefusalCode.EVIDENCE_UNAVAILABLE, () -> ledger.begin(call("c1"), action(), ALLOWED));
    assertRefused(
        RefusalCode.EVIDENCE_UNAVAILABLE, () -> ledger.begin(call("c2"), action(), ALLOWED));
    ledger.close();

    try (var again = open()) {
      again.event("after", facts());
    }
    assertThat(summary(directory))
        .containsExactly("started", "event before", "started", "event after", "stopped");
    assertThat(records(directory).get(2).at("/facts/truncated_bytes").asInt()).isEqualTo(100);
    assertThat(records(directory).get(2).at("/facts/previous").asText()).isEqualTo("died");
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void cutsOffATornRecordWhereverItWasTorn() throws IOException {
    try (var ledger = open()) {
      ledger.event("e", facts());
    }
    var file = SegmentHeader.files(directory).getFirst();
    var whole = Files.readAllBytes(file);
    Files.delete(directory.resolve("checkpoints"));
    var last = offsets().getLast();
    for (int size = last.intValue() + 1; size < whole.length; size++) {
      Files.write(file, Arrays.copyOf(whole, size));
      var recovered = new LedgerRecovery(directory).recover();
      long left = size - last;
      // This length begins with three zeros, which may as well be room that was made ahead.
      assertThat(recovered.truncatedBytes()).isEqualTo(left <= 3 ? 0 : left);
      assertThat(recovered.head().size()).isEqualTo(2);
      assertThat(Files.size(file)).isEqualTo(last);
    }
  }

  @Test
  void takesZerosAtTheEndForRoomThatWasNotNeeded() throws IOException {
    open().close();
    var file = SegmentHeader.files(directory).getFirst();
    long end = Files.size(file);
    for (int zeros : new int[] {1, 3, 4, 5, 511, 512, 513, 5_000, 200_000}) {
      Files.write(file, new byte[zeros], StandardOpenOption.APPEND);
      assertThat(LedgerVerifier.verify(directory))
          .as("%d zeros", zeros)
          .isInstanceOfSatisfying(
              Verification.Verified.class, verified -> assertThat(verified.tornBytes()).isZero());
      var tail = new LedgerRecovery(directory).recover();
      assertThat(tail.truncatedBytes()).as("%d zeros", zeros).isZero();
      assertThat(tail.closedCleanly()).isTrue();
      assertThat(Files.size(file)).isEqualTo(end);
    }
  }

  @Test
  void refusesToOpenIfARecordWasChangedAndSaysWhere() throws IOException {
    try (var ledger = open()) {
      ledger.event("first", facts());
      ledger.event("second", facts());
    }
    var file = SegmentHeader.files(directory).getFirst();
    var bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i += 3) {
      var changed = bytes.clone();
      changed[i] ^= (byte) (1 << (i % 8));
      Files.write(file, changed);
      assertThatThrownBy(this::open).as("byte %d", i).isInstanceOf(LedgerException.class);
      assertThat(Files.readAllBytes(file)).as("left as it was").isEqualTo(changed);
    }
    var changed = bytes.clone();
    changed[(int) (offsets(bytes).get(1) + 20)] ^= 1;
    Files.write(file, changed);
    assertThatThrownBy(this::open)
        .hasMessageContaining(
            "record 1, in 00000000000000000000.records at byte " + offsets(bytes).get(1));
  }

  @Test
  void refusesToOpenIfSignedRecordsAreGone() throws IOException {
    open().close();
    var file = SegmentHeader.files(directory).getFirst();
    var bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, offsets(bytes).getLast().intValue()));

    assertThatThrownBy(this::open)
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("it holds 1, but a checkpoint was signed at 2");
  }

  @Test
  void goesOnIfTheProcessDiedWhileItBeganAFile() throws IOException {
    try (var ledger = open()) {
      ledger.begin(call("c1"), action(), ALLOWED);
    }
    for (int size : new int[] {0, 10, SegmentHeader.length(3), SegmentHeader.length(3) + 20}) {
      var begun = new byte[size];
      var header = SegmentHeader.encode(new LedgerRecovery(directory).recover().head());
      System.arraycopy(header, 0, begun, 0, Math.min(size, header.length));
      if (size > header.length) {
        System.arraycopy(
            "\0\0\1\0{\"seq\":3,".getBytes(StandardCharsets.US_ASCII), 0, begun, header.length, 13);
        begun = Arrays.copyOf(begun, header.length + 13);
      }
      Files.write(directory.resolve(SegmentHeader.fileName(3)), begun);
      assertThat(new LedgerRecovery(directory).recover().openCalls())
          .as("size %d", size)
          .containsExactly("c1");
      assertThat(SegmentHeader.files(directory)).hasSize(1);
    }
  }

  @Test
  void goesOnAfterACheckpointThatWasTorn() throws IOException {
    open().close();
    var file = directory.resolve("checkpoints");
    var whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2), StandardOpenOption.APPEND);
    open().close();

    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verification.Verified.class,
            verified -> assertThat(verified.checkpoints()).isEqualTo(2));
  }

  private EvidenceLedger open() throws IOException {
    return EvidenceLedger.open(LedgerConfig.in(directory), keys, InstantSource.fixed(NOW));
  }

  private List<Long> offsets() throws IOException {
    return offsets(Files.readAllBytes(SegmentHeader.files(directory).getFirst()));
  }

  private List<Long> offsets(byte[] bytes) throws IOException {
    var copy = Files.write(directory.resolve("copy"), bytes);
    var offsets = new ArrayList<Long>();
    try (var reader = new SegmentReader(copy)) {
      assertThat(reader.header()).isPresent();
      while (reader.next() instanceof SegmentReader.Entry entry) {
        offsets.add(entry.offset());
      }
    }
    return offsets;
  }
}
