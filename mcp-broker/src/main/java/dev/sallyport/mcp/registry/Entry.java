package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.registry.Definitions.Seen;
import dev.sallyport.mcp.upstream.Listing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What the registry holds in memory of one server. Thread-safe. */
final class Entry {
  /** How long no list waits for the server after one waited in vain. */
  private static final long LISTS_GO_ON = TimeUnit.MINUTES.toNanos(1);

  /** From how long on a list has waited. */
  private static final long IN_VAIN = TimeUnit.MILLISECONDS.toNanos(500);

  private final McpServer server;
  private final Shelves shelves;
  private final Looks looks = new Looks();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Approved approved = Approved.NONE;
  private volatile List<ItemRecord> records = List.of();
  private final Health health = new Health(); // guarded by the lock
  private Set<String> unfitResources = Set.of();
  private volatile Set<String> checked = Set.of();
  private volatile Optional<Look> lastLook = Optional.empty();
  private volatile boolean suspect = true; // until it was seen once
  private volatile long waitedInVainAt = System.nanoTime() - LISTS_GO_ON;
  private long doubts = 1;
  private long settled;
  private long failedAt;
  private boolean wanted;
  private boolean hinted;

  Entry(McpServer server, List<DescribedItem> known, Shelves shelves) {
    this.server = server;
    this.shelves = shelves;
    update(known);
  }

  McpServer server() {
    return server;
  }

  /** The items that were approved, as they were when the server was asked last. */
  Approved approved() {
    return approved;
  }

  /**
   * The items that may be used now. While there is doubt it waits for the server to be asked; if
   * that fails or takes too long, there are none.
   */
  Approved usable(Duration patience) {
    return settle(patience) ? approved : Approved.NONE;
  }

  /**
   * As {@link #usable}, for a list of the items of all servers: once one waited in vain, none waits
   * for a while, so that a server that hangs does not hold up those who list others.
   */
  Approved listed(Duration patience) {
    long began = System.nanoTime();
    boolean waits = began - waitedInVainAt >= LISTS_GO_ON;
    if (settle(waits ? patience : Duration.ZERO)) {
      return approved;
    }
    long now = System.nanoTime();
    if (now - began > IN_VAIN) {
      waitedInVainAt = now;
    }
    return Approved.NONE;
  }

  /** Waits while there is doubt, unless it cannot be settled; whether none is left. */
  boolean settle(Duration patience) {
    if (!suspect) {
      return true;
    }
    lock.lock();
    try {
      long left = patience.toNanos();
      while (suspect && failedAt < doubts && left > 0 && !server.isRetired()) {
        left = changed.awaitNanos(left);
      }
      return !suspect;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing of it may be used until the server was asked again, from now on. */
  void suspect() {
    lock.lock();
    try {
      hinted = true;
      doubt(doubts + 1);
    } finally {
      lock.unlock();
    }
  }

  private void doubt(long number) {
    doubts = number;
    suspect = true;
    wanted = true;
    changed.signalAll();
  }

  /** The looks that are taken at it. */
  Looks looks() {
    return looks;
  }

  /**
   * Has the server looked at again that is about to be used, if it was seen longer ago than its
   * settings allow, and waits for that. If it cannot be, nothing of it may be used until it was.
   *
   * @param mayWait whether whoever uses it may know by the waiting that it is there
   * @return whether it was seen lately enough
   */
  boolean freshen(BooleanSupplier mayWait) {
    var maxAge = server.settings().maxAge();
    if (maxAge.isEmpty() || looks.isFresh(System.nanoTime(), maxAge.get())) {
      return true;
    }
    if (!mayWait.getAsBoolean()) {
      return false;
    }
    boolean seen = looks.await(maxAge.get(), server.settings().timeout(), this::wake);
    if (!seen) {
      lock.lock();
      try {
        failedAt = doubts + 1; // whoever looks for an item does not wait once more
        doubt(failedAt);
      } finally {
        lock.unlock();
      }
    }
    return seen;
  }

  /** The doubt that an inspection which begins now will settle. */
  long doubt() {
    lock.lock();
    try {
      return doubts;
    } finally {
      lock.unlock();
    }
  }

  /** The digests of what was found fit when the server was asked last, by this process. */
  Set<String> checked() {
    return checked;
  }

  /** The digests of all that is known. */
  Set<String> digests() {
    return records.stream().map(ItemRecord::digest).collect(Collectors.toSet());
  }

  List<ItemRecord> records() {
    return records;
  }

  /** Puts in force what is known now. */
  void update(List<DescribedItem> known) {
    update(
        known.stream().map(DescribedItem::record).toList(),
        known.stream()
            .collect(
                Collectors.toMap(
                    item -> item.record().digest(),
                    item -> item.definition().getBytes(StandardCharsets.UTF_8))));
  }

  /** Puts in force what is known now, after the server was asked. */
  void update(List<ItemRecord> now, Definitions seen) {
    var definitions =
        seen.fit().values().stream()
            .collect(Collectors.toMap(Seen::digest, Seen::json, (one, _) -> one));
    lock.lock();
    try {
      unfitResources = seen.unfitResources();
      update(now, definitions);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts in force what is known now.
   *
   * @param definitions what is approved, by digest; what was in force before may be left out
   */
  private void update(List<ItemRecord> now, Map<String, byte[]> definitions) {
    lock.lock();
    try {
      records = List.copyOf(now);
      approved = approved.with(server, records, definitions, unfitResources, shelves);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last inspection saw just that. */
  boolean sawLast(Look look) {
    return lastLook.filter(look::equals).isPresent();
  }

  /** Notes that an inspection saw what the last one saw; whether that ended a doubt. */
  boolean inspectedAgain(Instant at, long doubt) {
    lock.lock();
    try {
      boolean doubted = suspect || !health.isReachable();
      answered(at, doubt);
      return doubted;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes what an inspection saw.
   *
   * @return what of its lists is not used, if that is news
   */
  Optional<String> inspected(Instant at, Look look, Definitions seen, Listing listing, long doubt) {
    var fit = seen.fit().values().stream().map(Seen::digest).collect(Collectors.toSet());
    lock.lock();
    try {
      checked = fit;
      lastLook = Optional.of(look);
      answered(at, doubt);
      return health.listed(listing.trouble(), seen.unfitWith(listing.unfit()));
    } finally {
      lock.unlock();
    }
  }

  private void answered(Instant at, long doubt) {
    settled = Math.max(settled, doubt);
    suspect = doubts > settled;
    health.answered(at);
    changed.signalAll();
  }

  /**
   * Notes that it could not be asked.
   *
   * @return whether that is news: it could be asked before, or not for another cause
   */
  boolean failed(Instant at, Refusal why, long doubt) {
    lock.lock();
    try {
      failedAt = Math.max(failedAt, doubt);
      changed.signalAll();
      return health.failed(at, why);
    } finally {
      lock.unlock();
    }
  }

  /** Asks for an inspection now, or for the end of waiting. */
  void wake() {
    lock.lock();
    try {
      wanted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a time, or until an inspection is asked for.
   *
   * @return whether the server hinted at a change since the last pause
   */
  boolean pause(Duration time) throws InterruptedException {
    lock.lock();
    try {
      long left = time.toNanos();
      while (!wanted && left > 0) {
        left = changed.awaitNanos(left);
      }
      boolean wasHinted = hinted;
      wanted = false;
      hinted = false;
      return wasHinted;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a time, whoever asks for what; no longer than the server is in force. */
  void rest(Duration time) throws InterruptedException {
    lock.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && !server.isRetired()) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean awaitInspected(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long left = timeout.toNanos();
      while (health.answeredAt().isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return health.answeredAt().isPresent();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a moment after the given one was reached by an inspection. */
  boolean awaitInspectedAfter(Optional<Instant> before, Duration timeout)
      throws InterruptedException {
    lock.lock();
    try {
      long deadline = System.nanoTime() + timeout.toNanos();
      while (health.answeredAt().equals(before)) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || !changed.await(left, TimeUnit.NANOSECONDS)) {
          return false;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  ServerStatus status() {
    lock.lock();
    try {
      return health.status(server, records, approved.listDigest());
    } finally {
      lock.unlock();
    }
  }
}
