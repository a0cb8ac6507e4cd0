package dev.sallyport.identity.audit;

import dev.sallyport.identity.audit.Verification.Broken;
import dev.sallyport.identity.audit.Verification.Fault;
import dev.sallyport.identity.audit.Verification.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Checks a ledger offline: every byte of its records against the chain of hashes, and the chain and
 * the Merkle root against every signed checkpoint.
 *
 * <p>It cannot see that records were cut off together with the checkpoints that cover them, or that
 * someone who holds the signing key wrote another history. Checkpoints kept elsewhere show both.
 * Keys that lie beside the evidence show nothing about someone who can write there.
 *
 * <p>Any thread may call its methods; each verification has its own state.
 */
public final class LedgerVerifier {
  private static final int ATTEMPTS = 3;
  private static final byte[] NONE = {};

  private final CheckpointCheck checkpoints;
  private final CheckpointCheck kept;
  private final List<Path> files;
  private final HashState state = new HashState(LedgerHead.empty());
  private final UnsignedEnd unsigned = new UnsignedEnd();
  private long recordsEnd;
  private long tornBytes;

  private LedgerVerifier(CheckpointCheck checkpoints, CheckpointCheck kept, List<Path> files) {
    this.checkpoints = checkpoints;
    this.kept = kept;
    this.files = files;
  }

  /** Checks the ledger in a directory, with the keys that the directory itself names. */
  public static Verification verify(Path directory) throws IOException {
    return verify(directory, keysBeside(directory));
  }

  /**
   * Checks the ledger in a directory.
   *
   * @param trustedKeys the keys that may have signed its checkpoints, each in the form of C2SP
   *     signed-note: {@code NAME+HASH+BASE64}
   */
  public static Verification verify(Path directory, List<String> trustedKeys) throws IOException {
    return verify(directory, trustedKeys, NONE);
  }

  /**
   * Checks the ledger in a directory, which also has to hold what was signed before.
   *
   * @param kept checkpoints that were kept elsewhere, as they stood in the ledger's file of them
   */
  public static Verification verify(Path directory, List<String> trustedKeys, byte[] kept)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      // Checkpoints before records: those of a ledger that is being written cover what is there.
      var notes = CheckpointFile.bytes(directory);
      var found = verify(directory, trustedKeys, kept, notes);
      if (found instanceof Verified
          || attempt == ATTEMPTS
          || notes.length == CheckpointFile.bytes(directory).length) {
        return found;
      }
    }
  }

  private static Verification verify(
      Path directory, List<String> trustedKeys, byte[] kept, byte[] notes) throws IOException {
    var keys = NoteKey.parseAll(trustedKeys);
    if (keys.isEmpty() || NoteKey.parseAll(keysBeside(directory)).isEmpty()) {
      return new Broken(Fault.FLIPPED, 0, "keys", 0, "a key is not of the form NAME+HASH+BASE64");
    }
    var checkpoints = new CheckpointCheck(CheckpointFile.NAME, notes, keys.get(), true);
    var outside = new CheckpointCheck("the checkpoints kept elsewhere", kept, keys.get(), false);
    var broken = checkpoints.read();
    if (broken.isEmpty()) {
      broken = outside.read();
    }
    return broken.isPresent()
        ? broken.get()
        : new LedgerVerifier(checkpoints, outside, SegmentHeader.files(directory)).run();
  }

  /** The keys that lie in the directory, as they are written there. */
  public static List<String> keysBeside(Path directory) throws IOException {
    return EvidenceLedger.keys(directory);
  }

  private Verification run() throws IOException {
    for (var file : files) {
      var broken = check(file);
      if (broken.isPresent()) {
        return broken.get();
      }
    }
    var cut = beyond();
    if (cut.isPresent()) {
      return new Broken(
          Fault.TRUNCATED,
          state.size(),
          files.isEmpty() ? SegmentHeader.fileName(0) : name(files.getLast()),
          recordsEnd,
          "record %d and all after it are gone: a checkpoint was signed at %d records"
              .formatted(state.size(), cut.get()));
    }
    var missing = unsigned.problem(checkpoints.covered());
    if (missing.isPresent()) {
      return new Broken(
          Fault.TRUNCATED,
          checkpoints.covered(),
          CheckpointFile.NAME,
          checkpoints.bytes(),
          missing.get());
    }
    return new Verified(
        state.size(),
        HexFormat.of().formatHex(state.chain()),
        checkpoints.count(),
        Math.max(checkpoints.covered(), kept.covered()),
        tornBytes);
  }

  private Optional<Broken> check(Path file) throws IOException {
    long first = SegmentHeader.firstSeq(file);
    if (first > state.size()) {
      return broken(
          Fault.MISSING,
          file,
          0,
          "records %d to %d are missing before this file".formatted(state.size(), first - 1));
    }
    if (first < state.size()) {
      return broken(Fault.SPLICED, file, 0, "this file begins with records that came before it");
    }
    var header = SegmentHeader.encode(state.head());
    try (var reader = new SegmentReader(file)) {
      if (Files.size(file) < header.length) {
        return torn(file, new SegmentReader.Torn(0, Files.size(file)));
      }
      if (reader.header().isEmpty() || !Arrays.equals(header, start(file, header.length))) {
        return broken(Fault.FLIPPED, file, 0, "the beginning of this file was changed");
      }
      return checkRecords(reader);
    }
  }

  private Optional<Broken> checkRecords(SegmentReader reader) throws IOException {
    while (true) {
      var disagreement = checkpoints.check(state);
      if (disagreement.isEmpty()) {
        disagreement = kept.check(state);
      }
      if (disagreement.isPresent()) {
        return disagreement;
      }
      switch (reader.next()) {
        case SegmentReader.Entry entry -> {
          if (!state.addIfRight(entry.payload(), entry.chain())) {
            if (reader.wrong(entry) instanceof SegmentReader.Torn torn) {
              return torn(reader.file(), torn);
            }
            return Optional.of(new Diagnosis(state, files).of(entry, reader));
          }
          if (state.size() > checkpoints.covered()) {
            unsigned.add(state.size() - 1, entry.payload());
          }
        }
        case SegmentReader.Malformed malformed -> {
          return broken(
              Fault.FLIPPED,
              reader.file(),
              malformed.offset(),
              "record %d was changed: its length is not that of a record".formatted(state.size()));
        }
        case SegmentReader.Torn torn -> {
          return torn(reader.file(), torn);
        }
        case SegmentReader.End end -> {
          recordsEnd = end.offset();
          return Optional.empty();
        }
      }
    }
  }

  /** A torn end is what a process leaves that dies, if nothing follows and nothing was signed. */
  private Optional<Broken> torn(Path file, SegmentReader.Torn torn) {
    if (file.equals(files.getLast()) && beyond().isEmpty()) {
      recordsEnd = torn.offset();
      tornBytes = torn.bytes();
      return Optional.empty();
    }
    return broken(
        Fault.TRUNCATED,
        file,
        torn.offset(),
        "record %d is cut off: only a part of it is there".formatted(state.size()));
  }

  private Optional<Broken> broken(Fault fault, Path file, long offset, String sentence) {
    return Optional.of(new Broken(fault, state.size(), name(file), offset, sentence));
  }

  private Optional<Long> beyond() {
    return checkpoints.beyond(state.size()).or(() -> kept.beyond(state.size()));
  }

  private static byte[] start(Path file, int length) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(length);
    }
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
