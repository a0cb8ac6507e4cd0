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
 * <p>It cannot see that records were cut off which no checkpoint in the directory covers, or that
 * someone who holds the signing key wrote another history. Checkpoints kept elsewhere show both.
 *
 * <p>Any thread may call its methods; each verification has its own state.
 */
public final class LedgerVerifier {
  private final CheckpointCheck checkpoints;
  private final List<Path> files;
  private final HashState state = new HashState(LedgerHead.empty());
  private long tornBytes;

  private LedgerVerifier(CheckpointCheck checkpoints, List<Path> files) {
    this.checkpoints = checkpoints;
    this.files = files;
  }

  /** Checks the ledger in a directory, with the keys that the directory itself names. */
  public static Verification verify(Path directory) throws IOException {
    return verify(directory, EvidenceLedger.keys(directory));
  }

  /**
   * Checks the ledger in a directory.
   *
   * @param trustedKeys the keys that may have signed its checkpoints, each in the form of C2SP
   *     signed-note: {@code NAME+HASH+BASE64}
   */
  public static Verification verify(Path directory, List<String> trustedKeys) throws IOException {
    var checkpoints = new CheckpointCheck(directory, trustedKeys);
    var verifier = new LedgerVerifier(checkpoints, SegmentHeader.files(directory));
    var broken = checkpoints.read();
    return broken.isPresent() ? broken.get() : verifier.run();
  }

  private Verification run() throws IOException {
    for (var file : files) {
      var broken = check(file);
      if (broken.isPresent()) {
        return broken.get();
      }
    }
    var cut = checkpoints.beyond(state.size());
    if (cut.isPresent()) {
      return new Broken(
          Fault.TRUNCATED,
          state.size(),
          files.isEmpty() ? SegmentHeader.fileName(0) : name(files.getLast()),
          files.isEmpty() ? 0 : Files.size(files.getLast()) - tornBytes,
          "record %d and all after it are gone: a checkpoint was signed at %d records"
              .formatted(state.size(), cut.get()));
    }
    return new Verified(
        state.size(),
        HexFormat.of().formatHex(state.chain()),
        checkpoints.count(),
        checkpoints.covered(),
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
        return torn(file, 0);
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
      if (disagreement.isPresent()) {
        return disagreement;
      }
      switch (reader.next()) {
        case SegmentReader.Entry entry -> {
          if (!state.addIfRight(entry.payload(), entry.chain())) {
            return Optional.of(new Diagnosis(state, files).of(entry, reader));
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
          return torn(reader.file(), torn.offset());
        }
        case SegmentReader.End _ -> {
          return Optional.empty();
        }
      }
    }
  }

  /** A torn end is what a process leaves that dies, if nothing follows and nothing was signed. */
  private Optional<Broken> torn(Path file, long offset) throws IOException {
    if (file.equals(files.getLast()) && checkpoints.beyond(state.size()).isEmpty()) {
      tornBytes = Files.size(file) - offset;
      return Optional.empty();
    }
    return broken(
        Fault.TRUNCATED,
        file,
        offset,
        "record %d is cut off: only a part of it is there".formatted(state.size()));
  }

  private Optional<Broken> broken(Fault fault, Path file, long offset, String sentence) {
    return Optional.of(new Broken(fault, state.size(), name(file), offset, sentence));
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
