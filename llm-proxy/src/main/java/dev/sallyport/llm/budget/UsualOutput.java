package dev.sallyport.llm.budget;

import dev.sallyport.identity.PrincipalId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How much models write of late for each principal and alias. It is in the memory of one gateway,
 * and of those only that were used last. Thread-safe.
 */
public final class UsualOutput {
  /** With fewer than this, nothing is said. */
  public static final int FEWEST = 20;

  private static final int LATEST = 128;
  private static final int MOST_KEPT = 10_000;

  private final Map<Key, Latest> byKey =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Latest> eldest) {
          return size() > MOST_KEPT;
        }
      };

  /** Takes note of an answer. */
  public synchronized void saw(PrincipalId principal, String alias, long tokensOut) {
    byKey.computeIfAbsent(new Key(principal, alias), _ -> new Latest()).add(tokensOut);
  }

  /** What 99 of 100 answers of late were not longer than; empty if too few were seen. */
  public synchronized OptionalLong p99(PrincipalId principal, String alias) {
    var latest = byKey.get(new Key(principal, alias));
    return latest == null || latest.seen < FEWEST
        ? OptionalLong.empty()
        : OptionalLong.of(latest.p99());
  }

  private record Key(PrincipalId principal, String alias) {}

  private static final class Latest {
    private final long[] tokens = new long[LATEST];
    private int seen;
    private int next;

    void add(long count) {
      tokens[next] = count;
      next = (next + 1) % LATEST;
      seen = Math.min(LATEST, seen + 1);
    }

    /** Of so few it is the longest, or the second where that is the one of a hundred left out. */
    long p99() {
      long longest = 0;
      long second = 0;
      for (int i = 0; i < seen; i++) {
        second = Math.max(second, Math.min(longest, tokens[i]));
        longest = Math.max(longest, tokens[i]);
      }
      return seen < 100 ? longest : second;
    }
  }
}
