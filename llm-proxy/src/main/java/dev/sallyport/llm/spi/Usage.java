package dev.sallyport.llm.spi;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a call used, in units of which each token is counted in just one. Immutable.
 *
 * <p>No provider counts so: OpenAI's and Gemini's prompt tokens include those from a cache,
 * Anthropic's and Bedrock's do not; Gemini's candidates do not include its thoughts. Each adapter
 * takes its provider's words apart.
 */
public final class Usage {
  /** Nothing. */
  public static final Usage NONE = new Usage(new EnumMap<>(Unit.class), Map.of());

  private static final long MOST = 1_000_000_000_000L;

  private final EnumMap<Unit, Long> counts;
  private final Map<String, Long> calls;

  private Usage(EnumMap<Unit, Long> counts, Map<String, Long> calls) {
    this.counts = counts;
    this.calls = calls;
  }

  /** What is counted. */
  public enum Unit {
    /** Text read that came from no cache and went to none. */
    FRESH_IN(true),
    CACHE_READ(true),
    /** Written to a cache that keeps it for five minutes, or for as long as is usual. */
    CACHE_WRITE_5M(true),
    CACHE_WRITE_1H(true),
    AUDIO_IN(true),
    IMAGE_IN(true),
    /** Written for the caller to read. */
    TEXT_OUT(false),
    REASONING_OUT(false),
    AUDIO_OUT(false),
    IMAGE_OUT(false);

    private final boolean in;

    Unit(boolean in) {
      this.in = in;
    }

    /** Whether it was read, and not written. */
    public boolean isIn() {
      return in;
    }
  }

  /** The same, and so many more of a unit; less than none is none. */
  public Usage plus(Unit unit, long more) {
    var sum = new EnumMap<>(counts);
    sum.merge(unit, Math.clamp(more, 0, MOST), (one, other) -> Math.min(MOST, one + other));
    return new Usage(sum, calls);
  }

  /**
   * The same, and so many more calls of a tool that the provider ran; less than none is none.
   *
   * @param tool by the name that {@link HostedTools#plain} gives it
   */
  public Usage plusCalls(String tool, long more) {
    if (more <= 0) {
      return this;
    }
    var sum = new TreeMap<>(calls);
    sum.merge(tool, Math.min(more, MOST), (one, other) -> Math.min(MOST, one + other));
    return new Usage(counts, Collections.unmodifiableMap(sum));
  }

  /** How often the provider ran which of its tools; those that it did not run are not there. */
  public Map<String, Long> calls() {
    return calls;
  }

  /** How many of a unit. */
  public long of(Unit unit) {
    return counts.getOrDefault(unit, 0L);
  }

  /** All tokens read. */
  public long in() {
    return sum(true);
  }

  /** All tokens written, reasoning included. */
  public long out() {
    return sum(false);
  }

  private long sum(boolean in) {
    return Arrays.stream(Unit.values()).filter(unit -> unit.isIn() == in).mapToLong(this::of).sum();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Usage usage
        && calls.equals(usage.calls)
        && Arrays.stream(Unit.values()).allMatch(unit -> of(unit) == usage.of(unit));
  }

  @Override
  public int hashCode() {
    return Arrays.stream(Unit.values()).map(this::of).toList().hashCode();
  }

  @Override
  public String toString() {
    var some = new EnumMap<>(counts);
    some.values().removeIf(count -> count == 0);
    return "Usage" + some + (calls.isEmpty() ? "" : calls);
  }
}
