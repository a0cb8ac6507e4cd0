package dev.sallyport.llm.spi;

/**
 * What a call used, counted so that nothing is counted twice.
 *
 * @param freshIn tokens read that came from no cache and went to none
 * @param cacheRead tokens read that came from a cache
 * @param cacheWrite tokens read that went to a cache
 * @param out tokens written, reasoning included
 */
public record Usage(long freshIn, long cacheRead, long cacheWrite, long out) {
  private static final long MOST = 1_000_000_000_000L;

  public Usage {
    freshIn = Math.clamp(freshIn, 0, MOST);
    cacheRead = Math.clamp(cacheRead, 0, MOST);
    cacheWrite = Math.clamp(cacheWrite, 0, MOST);
    out = Math.clamp(out, 0, MOST);
  }

  /** All tokens read. */
  public long in() {
    return freshIn + cacheRead + cacheWrite;
  }
}
