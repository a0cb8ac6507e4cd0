package dev.sallyport.identity.audit;

import java.nio.file.Path;
import java.security.PublicKey;
import java.util.regex.Pattern;

/**
 * Where and how a ledger is kept.
 *
 * @param directory where its files are; made if it is missing
 * @param origin the name of the ledger in its checkpoints, one for each replica: 1 to 100 of
 *     visible ASCII characters without +
 * @param segmentBytes the size at which a new file is begun, from {@value #MIN_SEGMENT_BYTES}
 * @param queueCapacity the most records that wait to be written, from 1; more callers than that
 *     wait to hand theirs over
 */
public record LedgerConfig(Path directory, String origin, long segmentBytes, int queueCapacity) {
  public static final long MIN_SEGMENT_BYTES = 4_096;
  private static final long DEFAULT_SEGMENT_BYTES = 64L << 20;
  private static final int DEFAULT_QUEUE_CAPACITY = 4_096;
  private static final Pattern ORIGIN = Pattern.compile("[\\x21-\\x7e&&[^+]]{1,100}");

  public LedgerConfig {
    if (!ORIGIN.matcher(origin).matches()) {
      throw new IllegalArgumentException(
          "an origin is 1 to 100 visible ASCII characters without +: " + origin);
    }
    if (segmentBytes < MIN_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "segmentBytes must be at least %d: %d".formatted(MIN_SEGMENT_BYTES, segmentBytes));
    }
    if (queueCapacity < 1) {
      throw new IllegalArgumentException("queueCapacity must be at least 1: " + queueCapacity);
    }
  }

  /** A ledger with files of 64 MiB. */
  public static LedgerConfig in(Path directory) {
    return new LedgerConfig(
        directory, "sallyport.dev/evidence", DEFAULT_SEGMENT_BYTES, DEFAULT_QUEUE_CAPACITY);
  }

  /** The written form of a key that signs this ledger's checkpoints: {@code NAME+HASH+BASE64}. */
  public String written(PublicKey key) {
    return NoteKey.of(origin, key).written();
  }

  /** The same ledger under another name. */
  public LedgerConfig withOrigin(String otherOrigin) {
    return new LedgerConfig(directory, otherOrigin, segmentBytes, queueCapacity);
  }

  /** The same ledger with files of another size. */
  public LedgerConfig withSegmentBytes(long otherBytes) {
    return new LedgerConfig(directory, origin, otherBytes, queueCapacity);
  }
}
