package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds where a ledger goes on. Reads the last file and checks its hashes; cuts off a record that
 * was torn when the process died. Anything else that is wrong stops it, and then nothing is
 * changed. Damage in older files is for {@link LedgerVerifier} to find. One use, by one thread.
 */
final class LedgerRecovery {
  private final Path directory;
  private final Optional<Checkpoint> checkpoint;
  private final long checkpointsEnd;
  private final Deque<Path> files;
  private final List<Path> torn = new ArrayList<>();
  private long truncatedBytes;

  LedgerRecovery(Path directory) throws IOException {
    this.directory = directory;
    var checkpoints = CheckpointFile.end(directory);
    this.checkpoint = checkpoints.last();
    this.checkpointsEnd = checkpoints.offset();
    this.files = new ArrayDeque<>(SegmentHeader.files(directory));
  }

  /** One file as it was read. */
  private record Scan(
      Path file, LedgerHead head, long records, long end, long torn, OpenCalls calls) {}

  /**
   * Finds the end and cuts off what was torn.
   *
   * @throws LedgerException if the ledger is damaged
   */
  LedgerTail recover() throws IOException {
    while (!files.isEmpty()) {
      var scan = scan(files.getLast());
      if (scan.isPresent() && (scan.get().records() > 0 || files.size() == 1)) {
        return tail(scan.get());
      }
      // The process died when this file was begun: it holds no record that anyone relied on.
      var file = files.removeLast();
      truncatedBytes += Files.size(file);
      torn.add(file);
    }
    var file = directory.resolve(SegmentHeader.fileName(0));
    return finish(new LedgerTail(file, LedgerHead.empty(), Set.of(), true, truncatedBytes), 0);
  }

  private LedgerTail tail(Scan scan) throws IOException {
    truncatedBytes += scan.torn();
    var tail =
        new LedgerTail(
            scan.file(),
            scan.head(),
            openCalls(scan),
            scan.head().size() == 0 || scan.calls().endsStopped(),
            truncatedBytes);
    return finish(tail, scan.end());
  }

  private LedgerTail finish(LedgerTail tail, long end) throws IOException {
    if (checkpoint.isPresent() && checkpoint.get().size() > tail.head().size()) {
      throw new LedgerException(
          "the evidence in %s has lost records: it holds %d, but a checkpoint was signed at %d"
              .formatted(directory, tail.head().size(), checkpoint.get().size()));
    }
    for (var file : torn) {
      Files.delete(file);
    }
    truncate(tail.file(), end);
    truncate(directory.resolve(CheckpointFile.NAME), checkpointsEnd);
    return tail;
  }

  private static void truncate(Path file, long end) throws IOException {
    if (Files.exists(file) && Files.size(file) > end) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(end);
        channel.force(true);
      }
    }
  }

  /** Reads the last file; empty if not even its header was written whole. */
  private Optional<Scan> scan(Path file) throws IOException {
    long first = SegmentHeader.firstSeq(file);
    if (Files.size(file) < SegmentHeader.length(first)) {
      if (files.size() == 1 && first != 0) {
        throw damaged(file, 0, first);
      }
      return Optional.empty();
    }
    try (var reader = new SegmentReader(file)) {
      var header = reader.header();
      if (header.isEmpty() || header.get().size() != first || !follows(header.get())) {
        throw damaged(file, 0, first);
      }
      return Optional.of(scan(reader, header.get()));
    }
  }

  private Scan scan(SegmentReader reader, LedgerHead header) throws IOException {
    var state = new HashState(header);
    var calls = new OpenCalls();
    while (true) {
      checkAgainstCheckpoint(state, reader.file());
      switch (reader.next()) {
        case SegmentReader.Entry entry -> {
          if (!state.addIfRight(entry.payload(), entry.chain())) {
            if (reader.wrong(entry) instanceof SegmentReader.Torn torn) {
              return ended(reader.file(), header, state, torn, calls);
            }
            throw damaged(reader.file(), entry.offset(), state.size());
          }
          calls.see(entry.payload());
        }
        case SegmentReader.Malformed malformed ->
            throw damaged(reader.file(), malformed.offset(), state.size());
        case SegmentReader.Torn torn -> {
          return ended(reader.file(), header, state, torn, calls);
        }
        case SegmentReader.End end -> {
          var nothing = new SegmentReader.Torn(end.offset(), 0);
          return ended(reader.file(), header, state, nothing, calls);
        }
      }
    }
  }

  private static Scan ended(
      Path file, LedgerHead header, HashState state, SegmentReader.Torn torn, OpenCalls calls) {
    long records = state.size() - header.size();
    return new Scan(file, state.head(), records, torn.offset(), torn.bytes(), calls);
  }

  private void checkAgainstCheckpoint(HashState state, Path file) throws LedgerException {
    if (checkpoint.isPresent()
        && checkpoint.get().size() == state.size()
        && !(Arrays.equals(checkpoint.get().chain(), state.chain())
            && Arrays.equals(checkpoint.get().root(), state.head().root()))) {
      throw new LedgerException(
          "the evidence in %s is damaged: %s does not hold what was signed at %d records"
              .formatted(directory, file.getFileName(), state.size()));
    }
  }

  /** Whether the file before ends where this one begins. */
  private boolean follows(LedgerHead header) throws IOException {
    if (files.size() == 1) {
      return header.size() == 0 && Arrays.equals(header.chain(), LedgerHead.empty().chain());
    }
    var before = files.stream().skip(files.size() - 2L).findFirst().orElseThrow();
    try (var in = new RandomAccessFile(before.toFile(), "r")) {
      var chain = new byte[Sha256.BYTES];
      in.seek(Math.max(0, in.length() - chain.length));
      in.readFully(chain);
      return Arrays.equals(chain, header.chain());
    }
  }

  /** Reads backwards until a file that says which calls were open when it was begun. */
  private Set<String> openCalls(Scan last) throws IOException {
    var newestFirst = new ArrayList<OpenCalls>();
    newestFirst.add(last.calls());
    var older = new ArrayDeque<>(files);
    older.removeLast();
    while (!newestFirst.getLast().isComplete() && !older.isEmpty()) {
      newestFirst.add(calls(older.removeLast()));
    }
    var open = Set.<String>of();
    for (var calls : newestFirst.reversed()) {
      open = calls.after(open);
    }
    return open;
  }

  private OpenCalls calls(Path file) throws IOException {
    var calls = new OpenCalls();
    try (var reader = new SegmentReader(file)) {
      if (reader.header().isEmpty()) {
        throw damaged(file, 0, SegmentHeader.firstSeq(file));
      }
      for (long seq = SegmentHeader.firstSeq(file); ; seq++) {
        switch (reader.next()) {
          case SegmentReader.Entry entry -> calls.see(entry.payload());
          case SegmentReader.End _ -> {
            return calls;
          }
          case SegmentReader.Torn torn -> throw damaged(file, torn.offset(), seq);
          case SegmentReader.Malformed malformed -> throw damaged(file, malformed.offset(), seq);
        }
      }
    }
  }

  private LedgerException damaged(Path file, long offset, long seq) {
    return new LedgerException(
        ("the evidence in %s is damaged: record %d, in %s at byte %d, is not what was written."
                + " Keep the directory as it is and verify it; start with another directory")
            .formatted(directory, seq, file.getFileName(), offset));
  }
}
