package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.TestingSigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of records whose room was made ahead, and what a machine that dies leaves of them. */
class RoomTest {
  private static final byte[] BEGINNING = {1, 2, 3};
  private static final int BLOCK = 4_096;
  private static final int SECTOR = 512;
  private static final int SEGMENT_BYTES = 20_000;
  private static final int ROOM_BYTES = 1 << 20;
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final TestingSigningKeys keys = new TestingSigningKeys();
  @TempDir private Path directory;
  private FailingDisk disk;
  private Path name;

  @BeforeEach
  void names() {
    disk = new FailingDisk();
    name = directory.resolve("named");
  }

  @Test
  void holdsJustWhatWasWrittenWhateverTheSizes() throws Exception {
    var random = new Random(7);
    for (int size : new int[] {0, 1, BLOCK - 4, BLOCK - 3, BLOCK - 2, 64 * BLOCK, 300_000}) {
      Files.deleteIfExists(name);
      var expected = Arrays.copyOf(BEGINNING, BEGINNING.length + 2 * size + 5);
      try (var room = made(1 << 16);
          var file = room.take(name, BEGINNING).orElseThrow()) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        for (int i = 0; i < 2; i++) {
          file.write(bytes, size);
          file.force();
          System.arraycopy(bytes, 0, expected, BEGINNING.length + i * size, size);
          long end = BEGINNING.length + (long) (i + 1) * size;
          assertThat(file.size()).isEqualTo(end);
          var found = Files.readAllBytes(name);
          assertThat(Arrays.copyOf(found, (int) end)).isEqualTo(Arrays.copyOf(expected, (int) end));
          assertThat(Arrays.copyOfRange(found, (int) end, found.length)).containsOnly(0);
        }
        file.write(new byte[] {9, 9, 9, 9, 9, 9}, 5);
        file.force();
        Arrays.fill(expected, expected.length - 5, expected.length, (byte) 9);
      }
      assertThat(Files.readAllBytes(name)).as("%d bytes", size).isEqualTo(expected);
    }
  }

  @Test
  void isThereUnderItsNewNameWithItsBeginningAndOnlyOnce() throws Exception {
    try (var room = made(10_000)) {
      assertThat(directory.resolve(Room.NAME)).hasSize(ROOM_BYTES);
      try (var _ = room.take(name, BEGINNING).orElseThrow()) {
        assertThat(Files.readAllBytes(name)).startsWith(BEGINNING).hasSize(ROOM_BYTES);
      }
      assertThat(name).hasBinaryContent(BEGINNING);
      assertThat(room.take(name, BEGINNING)).isEmpty();
      room.begin();
      room.await();
      try (var again = room.take(directory.resolve("other"), BEGINNING).orElseThrow()) {
        assertThat(again.size()).isEqualTo(BEGINNING.length);
      }
    }
  }

  @Test
  void leavesNothingBehind() throws Exception {
    Files.write(directory.resolve(Room.NAME), new byte[17]);
    try (var room = new Room(disk, directory, 10_000)) {
      assertThat(directory).isEmptyDirectory();
      room.begin();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void isNotThereWhereTheDiskCannotOrIsFullAndIsTriedAgain() throws Exception {
    try (var room = new Room(disk, directory, 10_000)) {
      disk.leaveRoomFor(BLOCK);
      room.begin();
      room.await();
      assertThat(directory).isEmptyDirectory();
      assertThat(room.take(name, BEGINNING)).isEmpty();
      disk.leaveRoomFor(Long.MAX_VALUE);
      room.begin();
      room.await();
      room.take(name, BEGINNING).orElseThrow().close();
      disk.knowNoBlocks();
      room.begin();
      room.await();
      assertThat(room.take(name, BEGINNING)).isEmpty();
    }
  }

  @Test
  void keepsWhatWasDurableWhenAWriteFails() throws Exception {
    try (var room = made(10_000)) {
      var file = room.take(name, BEGINNING).orElseThrow();
      disk.leaveRoomFor(0);
      file.write(new byte[] {4}, 1);
      assertThatThrownBy(file::force).isInstanceOf(IOException.class);
      file.close();
      assertThat(Files.readAllBytes(name)).startsWith(BEGINNING).hasSize(ROOM_BYTES);
    }
  }

  /** Whatever of its beginning fails: the write, the sync, the name. */
  @ParameterizedTest
  @ValueSource(strings = {"write", "sync", "name"})
  void leavesNothingOpenWhenItCannotBeGivenAway(String what) throws Exception {
    try (var room = made(10_000)) {
      switch (what) {
        case "write" -> disk.leaveRoomFor(0);
        case "sync" -> disk.failSyncs(true);
        default -> Files.createDirectories(name.resolve("taken"));
      }
      assertThatThrownBy(() -> room.take(name, BEGINNING)).isInstanceOf(IOException.class);

      assertThat(disk.open()).isZero();
      disk.failSyncs(false);
    }
  }

  @Test
  void carriesALedgerThroughItsFilesAndThroughADeath() throws Exception {
    long records = writeUntilThereIsRoom();
    var last = SegmentHeader.files(directory).getLast();
    assertThat(new EvidenceReader(directory).from(records - 1, 5)).hasSize(1);
    assertThat(LedgerVerifier.verify(directory))
        .isInstanceOfSatisfying(
            Verification.Verified.class,
            verified -> assertThat(verified.records()).isEqualTo(records));

    EvidenceLedger.open(config(), keys, InstantSource.fixed(NOW)).close();

    assertThat(Files.size(last)).isLessThan(SEGMENT_BYTES);
    assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
    var facts = new EvidenceReader(directory).last(2).getFirst().path("facts");
    assertThat(facts.path("previous").asText()).isEqualTo("died");
    assertThat(facts.path("truncated_bytes").asInt()).isZero();
  }

  @Test
  void losesNoDurableRecordWhicheverSectorsOfALastWriteNeverCame() throws Exception {
    long records = writeUntilThereIsRoom();
    var last = SegmentHeader.files(directory).getLast();
    var whole = Files.readAllBytes(last);
    var ends = ends(last);
    var random = new Random(11);
    for (int round = 0; round < 300; round++) {
      long durable = ends.get(random.nextInt(ends.size()));
      var found = whole.clone();
      for (int at = (int) durable; at < ends.getLast(); at = (at / SECTOR + 1) * SECTOR) {
        if (random.nextBoolean()) {
          Arrays.fill(found, at, (at / SECTOR + 1) * SECTOR, (byte) 0);
        }
      }
      int lost = Arrays.mismatch(found, whole);
      long kept = ends.stream().filter(end -> lost < 0 || end <= lost).count();
      Files.write(last, found);
      assertThat(LedgerVerifier.verify(directory)).isInstanceOf(Verification.Verified.class);
      var tail = new LedgerRecovery(directory).recover();
      assertThat(tail.head().size()).isEqualTo(records - ends.size() + kept);
      assertThat(Files.size(last)).isGreaterThanOrEqualTo(durable);
    }
  }

  /** Leaves a ledger as a process does that dies, its last file with room. */
  private long writeUntilThereIsRoom() throws IOException {
    var begin = directory.resolve(SegmentHeader.fileName(0));
    var tail = new LedgerTail(begin, LedgerHead.empty(), Set.of(), true, 0);
    Files.writeString(
        directory.resolve("keys"), config().written(keys.publicKey()) + System.lineSeparator());
    var left = directory.resolve("left");
    try (var segments = new SegmentWriter(config(), disk, InstantSource.fixed(NOW), tail)) {
      while (!hasRoomAndRecords(SegmentHeader.files(directory).getLast())) {
        segments.append(RecordEncoder.event("e", facts()));
        segments.commit();
      }
      Files.copy(SegmentHeader.files(directory).getLast(), left);
      return segments.head().size();
    } finally {
      Files.move(
          left, SegmentHeader.files(directory).getLast(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean hasRoomAndRecords(Path file) throws IOException {
    return Files.size(file) == ROOM_BYTES && ends(file).size() > 40;
  }

  /** Where the records of a file end. */
  private static List<Long> ends(Path file) throws IOException {
    var ends = new ArrayList<Long>();
    try (var reader = new SegmentReader(file)) {
      var _ = reader.header();
      while (reader.next() instanceof SegmentReader.Entry entry) {
        ends.add(entry.offset() + Integer.BYTES + entry.payload().length + entry.chain().length);
      }
    }
    return ends;
  }

  private LedgerConfig config() {
    return LedgerConfig.in(directory).withSegmentBytes(SEGMENT_BYTES);
  }

  private Room made(long bytes) throws Exception {
    var room = new Room(disk, directory, bytes);
    room.begin();
    room.await();
    return room;
  }
}
