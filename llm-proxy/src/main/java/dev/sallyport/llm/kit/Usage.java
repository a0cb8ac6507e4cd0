package dev.sallyport.llm.kit;

/**
 * Tokens that a provider counts, each in exactly one place.
 *
 * @param freshIn read, and in no cache
 * @param cacheRead read from a cache
 * @param cacheWrite read, and written to a cache
 * @param textOut written
 * @param reasoningOut thought
 */
public record Usage(
    long freshIn, long cacheRead, long cacheWrite, long textOut, long reasoningOut) {
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  public Usage {
    if (Math.min(Math.min(freshIn, cacheRead), Math.min(cacheWrite, textOut)) < 0
        || reasoningOut < 0) {
      throw new IllegalArgumentException("tokens are counted from 0");
    }
  }

  public long in() {
    return freshIn + cacheRead + cacheWrite;
  }

  public long out() {
    return textOut + reasoningOut;
  }

  /** The sum of both. */
  public Usage plus(Usage more) {
    return new Usage(
        freshIn + more.freshIn,
        cacheRead + more.cacheRead,
        cacheWrite + more.cacheWrite,
        textOut + more.textOut,
        reasoningOut + more.reasoningOut);
  }

  /** The same, of an answer of which only so many tokens were made: thoughts come first. */
  Usage made(long tokens) {
    long thought = Math.min(tokens, reasoningOut);
    return new Usage(freshIn, cacheRead, cacheWrite, Math.min(tokens - thought, textOut), thought);
  }
}
