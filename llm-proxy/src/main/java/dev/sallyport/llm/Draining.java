package dev.sallyport.llm;

import java.time.Duration;

/**
 * How far the rest of a stream is read whose caller has left, where its provider is paid for it all
 * the same.
 *
 * @param longest after this, an answer is given up
 * @param mostBytes after these, too
 * @param atOnce how many are read so at once; further ones are given up
 */
public record Draining(Duration longest, long mostBytes, int atOnce) {
  /** A minute, 16 MiB, 64. */
  public static final Draining DEFAULTS = new Draining(Duration.ofMinutes(1), 16L << 20, 64);

  public Draining {
    if (longest.isNegative() || mostBytes < 0 || atOnce < 0) {
      throw new IllegalArgumentException("the bounds of draining are not negative");
    }
  }
}
