package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The beginning of a file of records: a mark, and the ledger's state before the first record of the
 * file. Then follow records: {@code u32 length, payload, 32 bytes of the chain}.
 */
final class SegmentHeader {
  private static final byte[] MARK = "SPLEDGR1".getBytes(StandardCharsets.US_ASCII);
  private static final int FIXED_BYTES = MARK.length + Long.BYTES + Sha256.BYTES;
  private static final Pattern NAME = Pattern.compile("([0-9]{20})\\.records");

  private SegmentHeader() {}

  /** The name of the file whose first record has the given number. */
  static String fileName(long firstSeq) {
    return "%020d.records".formatted(firstSeq);
  }

  /** The number of the first record of a file, by its name. */
  static long firstSeq(Path file) {
    var name = NAME.matcher(String.valueOf(file.getFileName()));
    if (!name.matches()) {
      throw new IllegalArgumentException("not a file of records: " + file);
    }
    return Long.parseLong(name.group(1));
  }

  /** All files of records of a ledger, in order. */
  static List<Path> files(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> NAME.matcher(String.valueOf(file.getFileName())).matches())
          .sorted()
          .toList();
    }
  }

  static int length(long size) {
    return FIXED_BYTES + Long.bitCount(size) * Sha256.BYTES;
  }

  static byte[] encode(LedgerHead before) {
    var bytes = ByteBuffer.allocate(length(before.size()));
    bytes.put(MARK).putLong(before.size()).put(before.chain());
    before.subtrees().forEach(bytes::put);
    return bytes.array();
  }

  /** Reads a header; empty if the bytes do not begin with one. */
  static Optional<LedgerHead> decode(byte[] bytes) {
    if (bytes.length < FIXED_BYTES || !Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length)) {
      return Optional.empty();
    }
    var buffer = ByteBuffer.wrap(bytes, MARK.length, bytes.length - MARK.length);
    long size = buffer.getLong();
    if (size < 0 || bytes.length < length(size)) {
      return Optional.empty();
    }
    var chain = hash(buffer);
    var subtrees = new ArrayList<byte[]>();
    for (int i = 0; i < Long.bitCount(size); i++) {
      subtrees.add(hash(buffer));
    }
    return Optional.of(new LedgerHead(size, chain, subtrees));
  }

  private static byte[] hash(ByteBuffer buffer) {
    var hash = new byte[Sha256.BYTES];
    buffer.get(hash);
    return hash;
  }
}
