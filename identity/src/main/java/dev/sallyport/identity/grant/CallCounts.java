package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision.Limit;
import dev.sallyport.identity.turn.TurnId;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How many actions were begun: in each turn, and by each rule that bounds them. Exact: of the calls
 * in any 60 seconds no more go on than a rule says. Kept in memory, so it begins anew with the
 * process. Thread-safe; what is done under the lock is short.
 */
public final class CallCounts {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** So many turns at most are counted of at once; an ended one can be among them for a while. */
  private static final int MOST_TURNS = 200_000;

  /** Guarded by this, as all that follows. */
  private final Map<TurnId, Turn> turns = new HashMap<>();

  private final Map<Key, Window> windows = new HashMap<>();

  /** A rule by its place, which stays the same when the policy changes elsewhere. */
  private record Key(String policy, String rule) {
    private static Key of(Limit limit) {
      return new Key(limit.by().policy(), limit.by().rule());
    }
  }

  /**
   * A limit that is reached.
   *
   * @param delay how long until it is not; empty if not in this turn
   */
  public record Reached(Limit limit, Optional<Duration> delay) {}

  private static final class Turn {
    private long calls;
    private final Map<Key, Integer> byRule = new HashMap<>();
  }

  /** The latest calls by one rule, as many as it allows in a minute. */
  private static final class Window {
    private final long[] at;
    private int oldest;

    private Window(int size) {
      at = new long[size];
      Arrays.fill(at, Long.MIN_VALUE);
    }

    private long delay(long now) {
      return at[oldest] == Long.MIN_VALUE ? 0 : at[oldest] + MINUTE.toNanos() - now;
    }

    private void add(long now) {
      at[oldest] = now;
      oldest = (oldest + 1) % at.length;
    }

    /** Takes out a call that was added at a time. */
    private void remove(long time) {
      int n = at.length;
      int found = n - 1;
      while (found >= 0 && at[(oldest + found) % n] != time) {
        found--;
      }
      for (int i = found; i > 0; i--) {
        at[(oldest + i) % n] = at[(oldest + i - 1) % n];
      }
      if (found >= 0) {
        at[oldest] = Long.MIN_VALUE;
      }
    }

    private long latest() {
      return at[(oldest + at.length - 1) % at.length];
    }
  }

  /** How many actions were begun in a turn. */
  synchronized long of(TurnId turn) {
    var counted = turns.get(turn);
    return counted == null ? 0 : counted.calls;
  }

  /** The first limit that is reached, if one is. Counts nothing. */
  synchronized Optional<Reached> reached(TurnId turn, List<Limit> limits, long now) {
    for (var limit : limits) {
      var key = Key.of(limit);
      if (limit.perTurn().isPresent()) {
        var counted = turns.get(turn);
        int calls = counted == null ? 0 : counted.byRule.getOrDefault(key, 0);
        if (calls >= limit.perTurn().getAsInt()) {
          return Optional.of(new Reached(limit, Optional.empty()));
        }
      }
      if (limit.perMinute().isPresent()) {
        long delay = window(key, limit.perMinute().getAsInt()).delay(now);
        if (delay > 0) {
          return Optional.of(new Reached(limit, Optional.of(Duration.ofNanos(delay))));
        }
      }
    }
    return Optional.empty();
  }

  /** Counts an action, unless a limit is reached: then nothing is counted. */
  public synchronized Optional<Reached> begin(TurnId turn, List<Limit> limits, long now) {
    var reached = reached(turn, limits, now);
    if (reached.isPresent()) {
      return reached;
    }
    if (turns.size() >= MOST_TURNS && !turns.containsKey(turn)) {
      turns.clear();
    }
    var counted = turns.computeIfAbsent(turn, _ -> new Turn());
    counted.calls++;
    for (var limit : limits) {
      var key = Key.of(limit);
      if (limit.perTurn().isPresent()) {
        counted.byRule.merge(key, 1, Integer::sum);
      }
      if (limit.perMinute().isPresent()) {
        window(key, limit.perMinute().getAsInt()).add(now);
      }
    }
    return Optional.empty();
  }

  /**
   * Counts an action no more that was begun and did not go on.
   *
   * @param then when it was begun
   */
  synchronized void takeBack(TurnId turn, List<Limit> limits, long then) {
    var counted = turns.get(turn);
    if (counted != null) {
      counted.calls = Math.max(0, counted.calls - 1);
    }
    for (var limit : limits) {
      var key = Key.of(limit);
      if (counted != null) {
        counted.byRule.computeIfPresent(key, (_, calls) -> calls > 1 ? calls - 1 : null);
      }
      if (limit.perMinute().isPresent()) {
        window(key, limit.perMinute().getAsInt()).remove(then);
      }
    }
  }

  synchronized void ended(TurnId turn) {
    turns.remove(turn);
  }

  /** Forgets what is not of these policies, or a minute ago. */
  synchronized void keep(Set<String> policies, long now) {
    var left = new HashSet<Key>();
    windows.forEach((key, window) -> {
      if (policies.contains(key.policy()) && window.latest() > now - MINUTE.toNanos()) {
        left.add(key);
      }
    });
    windows.keySet().retainAll(left);
  }

  /** A window of that size; one of another size takes over what it can of the old one. */
  private Window window(Key key, int size) {
    var present = windows.get(key);
    if (present != null && present.at.length == size) {
      return present;
    }
    var made = new Window(size);
    if (present != null) {
      for (int i = 0; i < present.at.length; i++) {
        made.add(present.at[(present.oldest + i) % present.at.length]);
      }
    }
    windows.put(key, made);
    return made;
  }
}
