package dev.sallyport.identity.audit;

import dev.sallyport.identity.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A file of records, taken apart and put together again in another way. */
final class Tampered {
  private final Path file;
  private final byte[] header;
  private final List<byte[]> records = new ArrayList<>();

  Tampered(Path file) throws IOException {
    this.file = file;
    this.header =
        Arrays.copyOf(Files.readAllBytes(file), SegmentHeader.length(SegmentHeader.firstSeq(file)));
    try (var reader = new SegmentReader(file)) {
      if (reader.header().isEmpty()) {
        throw new IOException("no header");
      }
      while (reader.next() instanceof SegmentReader.Entry entry) {
        records.add(
            ByteBuffer.allocate(4 + entry.payload().length + Sha256.BYTES)
                .putInt(entry.payload().length)
                .put(entry.payload())
                .put(entry.chain())
                .array());
      }
    }
  }

  /** The records, each with its length and hash; to be changed as wanted. */
  List<byte[]> records() {
    return records;
  }

  void write() throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(header);
    for (var record : records) {
      bytes.write(record);
    }
    Files.write(file, bytes.toByteArray());
  }
}
