package dev.sallyport.identity.audit;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file of a ledger's checkpoints, one note after the other. Not thread-safe. */
final class CheckpointFile implements Closeable {
  static final String NAME = "checkpoints";

  private static final int MAX_NOTE_BYTES = 1_024;

  private final FileChannel channel;

  CheckpointFile(Path directory, Disk disk) throws IOException {
    channel = disk.append(directory.resolve(NAME));
  }

  void append(Checkpoint checkpoint) throws IOException {
    var bytes = ByteBuffer.wrap(checkpoint.encode());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  void force() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** All that a directory's file of checkpoints holds now; nothing if there is none. */
  static byte[] bytes(Path directory) throws IOException {
    var file = directory.resolve(NAME);
    return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
  }

  /** The end of a file of checkpoints: the last whole note, and where it ends. */
  record End(Optional<Checkpoint> last, long offset) {}

  /**
   * Finds the last whole note.
   *
   * @throws LedgerException if more follows it than the beginning of one note
   */
  static End end(Path directory) throws IOException {
    var file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return new End(Optional.empty(), 0);
    }
    var start = Math.max(0, Files.size(file) - 2 * MAX_NOTE_BYTES);
    var bytes = read(file, start);
    var last = Optional.<Checkpoint>empty();
    int end = 0;
    for (int i = 0; i < bytes.length; ) {
      var found = Checkpoint.decode(bytes, i);
      if (found.isPresent()) {
        last = found;
        i += found.get().encode().length;
        end = i;
      } else {
        i = nextLine(bytes, i);
      }
    }
    if (bytes.length - end >= MAX_NOTE_BYTES) {
      throw new LedgerException(
          "the checkpoints in %s are damaged at byte %d".formatted(file, start + end));
    }
    return new End(last, last.isPresent() ? start + end : 0);
  }

  private static int nextLine(byte[] bytes, int from) {
    int i = from;
    while (i < bytes.length && bytes[i] != '\n') {
      i++;
    }
    return i + 1;
  }

  private static byte[] read(Path file, long start) throws IOException {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      var bytes = new byte[(int) (in.length() - start)];
      in.seek(start);
      in.readFully(bytes);
      return bytes;
    }
  }
}
