package dev.sallyport.gateway.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The option that says since when evidence is looked at: {@code 7d}, {@code 12h} or a time. For one
 * thread.
 */
final class Since {
  private static final Pattern AGO = Pattern.compile("([1-9][0-9]{0,4})([dhm])");
  private static final Map<String, Duration> UNITS =
      Map.of("d", Duration.ofDays(1), "h", Duration.ofHours(1), "m", Duration.ofMinutes(1));

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "From when on: 7d, 12h, 30m or a time of RFC 3339. By default all evidence.")
  private @Nullable String text;

  /**
   * The moment that is meant; empty if none is named.
   *
   * @throws CommandFailure if what is named is none
   */
  Optional<Instant> moment(InstantSource clock) {
    return Optional.ofNullable(text).map(named -> of(named, clock));
  }

  /**
   * The moment that is meant.
   *
   * @throws CommandFailure if none is
   */
  static Instant of(String text, InstantSource clock) {
    var ago = AGO.matcher(text);
    if (ago.matches()) {
      var unit = UNITS.getOrDefault(ago.group(2), Duration.ZERO);
      return clock.instant().minus(unit.multipliedBy(Long.parseLong(ago.group(1))));
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new CommandFailure(
          "A time is written as 7d, 12h, 30m or 2026-11-22T10:00:00Z: " + text, e);
    }
  }
}
