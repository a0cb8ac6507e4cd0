package dev.sallyport.identity.audit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the records after the last checkpoint can be what a gateway leaves: it signs every
 * second, and before it says that it stopped. Not thread-safe.
 */
final class UnsignedEnd {
  /** The most time that a gateway under load leaves unsigned. */
  private static final Duration MOST = Duration.ofSeconds(30);

  private static final Pattern START =
      Pattern.compile("\\{\"seq\":[0-9]+,\"at\":\"([^\"]{1,40})\",\"type\":\"([a-z]{1,10})\"");
  private static final int START_BYTES = 160;

  private long stopped = -1;
  private @Nullable Instant first;
  private @Nullable Instant last;

  /** Looks at the next record that no checkpoint covers. */
  void add(long seq, byte[] payload) {
    int length = Math.min(payload.length, START_BYTES);
    var matcher = START.matcher(new String(payload, 0, length, StandardCharsets.ISO_8859_1));
    if (!matcher.lookingAt()) {
      return;
    }
    var type = matcher.group(2);
    if (type.equals(RecordType.STOPPED.label()) && stopped < 0) {
      stopped = seq;
    }
    try {
      last = Instant.parse(matcher.group(1));
    } catch (DateTimeParseException _) {
      return;
    }
    if (first == null || type.equals(RecordType.STARTED.label())) {
      first = last;
    }
  }

  /** Why a checkpoint must be missing, if one must. */
  Optional<String> problem(long covered) {
    if (stopped >= 0) {
      return Optional.of(
          "checkpoints are gone: the gateway signed all when it stopped, at record %d, and what is signed here ends after %d records"
              .formatted(stopped, covered));
    }
    if (first != null && last != null && Duration.between(first, last).compareTo(MOST) > 0) {
      return Optional.of(
          "checkpoints are gone: a gateway signs every second, and the last %d seconds here are not signed"
              .formatted(Duration.between(first, last).toSeconds()));
    }
    return Optional.empty();
  }
}
