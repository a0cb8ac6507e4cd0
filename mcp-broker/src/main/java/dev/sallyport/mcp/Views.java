package dev.sallyport.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.identity.action.Sight;
import dev.sallyport.mcp.registry.RegisteredItem;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps what callers have of what was approved, for all callers of the same policy together, until
 * the policies or what was approved change. Thread-safe.
 */
final class Views {
  /** How many lines of lists are kept, of all of them together. */
  private static final long MOST_LINES = 2_000_000;

  /** After that, what nobody asks for is let go, and with it what it was made of. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final Cache<Key, View> kept =
      Caffeine.newBuilder()
          .maximumWeight(MOST_LINES)
          .weigher((Key _, View view) -> 1 + view.size())
          .expireAfterAccess(IDLE)
          .build();

  /**
   * Of what a view is made. The registry gives the very same list while nothing in it changes.
   *
   * @param exposed whether it is shown beside what other servers have
   */
  private record Key(Sight sight, List<? extends RegisteredItem> items, boolean exposed) {
    @Override
    @SuppressWarnings("ReferenceEquality") // meant: the very same ones
    public boolean equals(Object other) {
      return other instanceof Key that
          && items == that.items
          && exposed == that.exposed
          && sight.equals(that.sight);
    }

    @Override
    public int hashCode() {
      return 31 * sight.hashCode() + System.identityHashCode(items) + (exposed ? 1 : 0);
    }
  }

  /** A view, made now unless it is kept. */
  View get(
      Sight sight, List<? extends RegisteredItem> items, boolean exposed, Supplier<View> making) {
    return items.isEmpty()
        ? View.EMPTY
        : kept.get(new Key(sight, items, exposed), _ -> making.get());
  }
}
