package dev.sallyport.identity.audit;

import dev.sallyport.identity.audit.Verification.Broken;
import dev.sallyport.identity.audit.Verification.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells what was done to a record that does not follow from those before it. */
final class Diagnosis {
  private static final Pattern SEQ = Pattern.compile("\\{\"seq\":([0-9]{1,18}),");
  private static final int SEQ_BYTES = 32;

  private final HashState before;
  private final List<Path> files;

  /**
   * A diagnosis of the next record.
   *
   * @param before the state before it
   */
  Diagnosis(HashState before, List<Path> files) {
    this.before = before;
    this.files = files;
  }

  /**
   * Looks at the record and what follows.
   *
   * @param rest the reader that gave the record; is read on
   */
  Broken of(SegmentReader.Entry record, SegmentReader rest) throws IOException {
    long expected = before.size();
    long said = seq(record.payload());
    var next = rest.next() instanceof SegmentReader.Entry entry ? entry : null;
    long nextSaid = next == null ? -1 : seq(next.payload());
    boolean inPlace = said == expected || said < 0 || nextSaid == expected + 1;
    var found =
        inPlace && nextSaid != expected
            ? changed(record, next)
            : misplaced(said, nextSaid, rest.file());
    var name = LedgerVerifier.name(rest.file());
    return new Broken(found, expected, name, record.offset(), sentence(found, expected, said));
  }

  /** A record where it belongs: was it changed, or does it come from another ledger? */
  private Fault changed(SegmentReader.Entry record, SegmentReader.@Nullable Entry next) {
    if (next == null) {
      return Fault.FLIPPED;
    }
    var hash = new LedgerHash();
    var leaf = hash.leaf(next.payload(), 0, next.payload().length);
    var fromStored = hash.link(record.chain(), leaf);
    var fromContent = hash.link(before.chainAfter(record.payload()), leaf);
    return Arrays.equals(next.chain(), fromStored) || Arrays.equals(next.chain(), fromContent)
        ? Fault.FLIPPED
        : Fault.SPLICED;
  }

  private Fault misplaced(long said, long nextSaid, Path file) throws IOException {
    long expected = before.size();
    if (said <= expected) {
      return Fault.SPLICED;
    }
    return nextSaid == expected || laterRecordSays(expected, file)
        ? Fault.REORDERED
        : Fault.MISSING;
  }

  private boolean laterRecordSays(long seq, Path from) throws IOException {
    for (var file : files.subList(files.indexOf(from), files.size())) {
      try (var reader = new SegmentReader(file)) {
        if (reader.header().isEmpty()) {
          return false;
        }
        while (reader.next() instanceof SegmentReader.Entry entry) {
          if (seq(entry.payload()) == seq) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static long seq(byte[] payload) {
    var start =
        new String(payload, 0, Math.min(payload.length, SEQ_BYTES), StandardCharsets.ISO_8859_1);
    var matcher = SEQ.matcher(start);
    return matcher.lookingAt() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static String sentence(Fault fault, long expected, long said) {
    return switch (fault) {
      case FLIPPED -> "record %d was changed".formatted(expected);
      case MISSING -> "records %d to %d are missing".formatted(expected, said - 1);
      case REORDERED -> "record %d stands where record %d belongs".formatted(said, expected);
      case SPLICED -> "where record %d belongs stands one that was put in".formatted(expected);
      case TRUNCATED -> "record %d is cut off".formatted(expected);
    };
  }
}
