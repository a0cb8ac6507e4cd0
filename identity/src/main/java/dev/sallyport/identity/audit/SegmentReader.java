package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads one file of records from its beginning, as far as it went when the reading began. Checks
 * forms, not hashes. Not thread-safe.
 */
final class SegmentReader implements Closeable {
  /** The longest payload; a longer one is no record. */
  static final int MAX_PAYLOAD_BYTES = 4 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  /** What a disk writes whole or not at all. */
  private static final int SECTOR_BYTES = 512;

  private final Path file;
  private final long end;
  private final DataInputStream in;
  private long offset;

  SegmentReader(Path file) throws IOException {
    this.file = file;
    this.end = end(file);
    this.in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
  }

  /** What stands at a place of the file. */
  sealed interface Found {}

  /** A whole record. */
  @SuppressWarnings("ArrayRecordComponent") // given once, compared by no one
  record Entry(long offset, byte[] payload, byte[] chain) implements Found {}

  /** The end of the records. Nothing follows, or zeros: room that was made ahead. */
  record End(long offset) implements Found {}

  /**
   * The beginning of a record whose rest was never written.
   *
   * @param bytes how many bytes there are of it, and of what was written with it
   */
  record Torn(long offset, long bytes) implements Found {}

  /** Bytes that are no record and no beginning of one. */
  record Malformed(long offset) implements Found {}

  /** Reads the header; to be called once, first. Empty if the file does not begin with a header. */
  Optional<LedgerHead> header() throws IOException {
    var longest = (int) Math.min(end, SegmentHeader.length(-1L));
    in.mark(longest);
    var head = SegmentHeader.decode(in.readNBytes(longest));
    in.reset();
    if (head.isPresent()) {
      offset = SegmentHeader.length(head.get().size());
      in.skipNBytes(offset);
    }
    return head;
  }

  Path file() {
    return file;
  }

  /** Reads on. */
  Found next() throws IOException {
    long left = end - offset;
    if (left == 0) {
      return new End(offset);
    }
    long at = offset;
    if (left < Integer.BYTES) {
      return last(in.readNBytes((int) left)) < 0 ? new End(at) : torn(at);
    }
    int length = in.readInt();
    if (length == 0 && left < SECTOR_BYTES) {
      return new End(at);
    }
    if (length < 2 || length > MAX_PAYLOAD_BYTES) {
      return isUnwritten(at, Integer.BYTES) ? torn(at) : new Malformed(at);
    }
    long size = Integer.BYTES + (long) length + Sha256.BYTES;
    if (left < size) {
      var payload = in.readNBytes((int) Math.min(length, left - Integer.BYTES));
      int ifTorn = payload.length == length ? length - 1 : -1;
      return endOfObject(payload) == ifTorn || isUnwritten(at, left) ? torn(at) : new Malformed(at);
    }
    var payload = in.readNBytes(length);
    var chain = in.readNBytes(Sha256.BYTES);
    offset += size;
    return new Entry(at, payload, chain);
  }

  /**
   * What is at a record that was read but has not the hash that it should have: nothing changed it
   * if a part of it never came to the disk.
   */
  Found wrong(Entry entry) throws IOException {
    long size = Integer.BYTES + (long) entry.payload().length + Sha256.BYTES;
    return isUnwritten(entry.offset(), size) ? torn(entry.offset()) : new Malformed(entry.offset());
  }

  private Torn torn(long at) {
    return new Torn(at, end - at);
  }

  /**
   * Where records end: behind the last sector that is not all zeros. A writer may be at work, and
   * what it writes beyond is not looked at.
   */
  private static long end(Path file) throws IOException {
    try (var in = FileChannel.open(file)) {
      long size = in.size();
      for (long end = size; end > 0; ) {
        long from = (end - 1) / BUFFER_BYTES * BUFFER_BYTES;
        int last = last(read(in, from, (int) (end - from)));
        if (last >= 0) {
          return Math.min(size, sectorsEnd(from + last));
        }
        end = from;
      }
      return 0;
    }
  }

  /** Where the last byte is that is not zero, or -1. */
  private static int last(byte[] bytes) {
    int last = bytes.length - 1;
    while (last >= 0 && bytes[last] == 0) {
      last--;
    }
    return last;
  }

  /** Where the sector ends that a byte is in. */
  private static long sectorsEnd(long at) {
    return (at / SECTOR_BYTES + 1) * SECTOR_BYTES;
  }

  /**
   * Whether a sector that the bytes reach into holds zeros from there on, as it does in a file
   * whose room was made ahead if the machine died before the sector came to the disk. No record
   * holds as many zeros.
   */
  private boolean isUnwritten(long from, long length) throws IOException {
    try (var in = FileChannel.open(file)) {
      for (long at = from; at < from + length; at = sectorsEnd(at)) {
        if (last(read(in, at, (int) (sectorsEnd(at) - at))) < 0) {
          return true;
        }
      }
      return false;
    }
  }

  /** Bytes of a file, as many as there are. */
  private static byte[] read(FileChannel in, long from, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && in.read(bytes, from + bytes.position()) > 0) {}
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /**
   * Where the JSON object ends that the bytes begin with, or -1. In a record that was torn it does
   * not end; in one whose length was changed it does.
   */
  private static int endOfObject(byte[] json) {
    int depth = 0;
    boolean inText = false;
    for (int i = 0; i < json.length; i++) {
      switch (json[i]) {
        case '"' -> inText = !inText;
        case '\\' -> i++;
        case '{' -> depth += inText ? 0 : 1;
        case '}' -> depth -= inText ? 0 : 1;
        default -> {}
      }
      if (depth == 0 && !inText) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
