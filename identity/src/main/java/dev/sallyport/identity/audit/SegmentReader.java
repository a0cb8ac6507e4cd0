package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads one file of records from its beginning, as far as it went when the reading began. Checks
 * forms, not hashes. Not thread-safe.
 */
final class SegmentReader implements Closeable {
  /** The longest payload; a longer one is no record. */
  static final int MAX_PAYLOAD_BYTES = 4 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final long end;
  private final DataInputStream in;
  private long offset;

  SegmentReader(Path file) throws IOException {
    this.file = file;
    this.end = Files.size(file);
    this.in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
  }

  /** What stands at a place of the file. */
  sealed interface Found {}

  /** A whole record. */
  @SuppressWarnings("ArrayRecordComponent") // given once, compared by no one
  record Entry(long offset, byte[] payload, byte[] chain) implements Found {}

  /** The end of the file. */
  record End() implements Found {}

  /** The beginning of a record whose rest was never written. */
  record Torn(long offset) implements Found {}

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
      return new End();
    }
    long at = offset;
    if (left < Integer.BYTES) {
      return new Torn(at);
    }
    int length = in.readInt();
    if (length < 2 || length > MAX_PAYLOAD_BYTES) {
      return length == 0 && onlyZerosFollow() ? new Torn(at) : new Malformed(at);
    }
    long size = Integer.BYTES + (long) length + Sha256.BYTES;
    if (left < size) {
      var payload = in.readNBytes((int) Math.min(length, left - Integer.BYTES));
      int ifTorn = payload.length == length ? length - 1 : -1;
      return endOfObject(payload) == ifTorn ? new Torn(at) : new Malformed(at);
    }
    var payload = in.readNBytes(length);
    var chain = in.readNBytes(Sha256.BYTES);
    offset += size;
    return new Entry(at, payload, chain);
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

  private boolean onlyZerosFollow() throws IOException {
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
