package dev.sallyport.llm.spi;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
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

  /** Of the units of which there are some. */
  private final EnumMap<Unit, Long> counts;

  private final Map<String, Long> calls;
  private final long in;
  private final long out;

  private Usage(EnumMap<Unit, Long> counts, Map<String, Long> calls) {
    long read = 0;
    long written = 0;
    for (var count : counts.entrySet()) {
      if (count.getKey().isIn()) {
        read += count.getValue();
      } else {
        written += count.getValue();
      }
    }
    this.counts = counts;
    this.calls = calls;
    this.in = read;
    this.out = written;
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
    private final String label;

    Unit(boolean in) {
      this.in = in;
      this.label = name().toLowerCase(Locale.ROOT);
    }

    /** The stable name, such as {@code fresh_in}. */
    public String label() {
      return label;
    }

    /** Whether it was read, and not written. */
    public boolean isIn() {
      return in;
    }
  }

  /** So many of each unit; less than none is none. */
  public static Usage of(Map<Unit, Long> counts) {
    var some = new EnumMap<Unit, Long>(Unit.class);
    counts.forEach((unit, count) -> {
      if (count > 0) {
        some.put(unit, Math.min(count, MOST));
      }
    });
    return new Usage(some, Map.of());
  }

  /** The same, and so many more of a unit; less than none is none. */
  public Usage plus(Unit unit, long more) {
    if (more <= 0) {
      return this;
    }
    var sum = new EnumMap<>(counts);
    sum.merge(unit, Math.min(more, MOST), (one, other) -> Math.min(MOST, one + other));
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

  /**
   * How many there are of each unit, in their order; those of which there are none are not there.
   */
  public Map<Unit, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** How many of a unit. */
  public long of(Unit unit) {
    return counts.getOrDefault(unit, 0L);
  }

  /** All tokens read. */
  public long in() {
    return in;
  }

  /** All tokens written, reasoning included. */
  public long out() {
    return out;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Usage usage && calls.equals(usage.calls) && counts.equals(usage.counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }

  @Override
  public String toString() {
    return "Usage" + counts + (calls.isEmpty() ? "" : calls);
  }
}
