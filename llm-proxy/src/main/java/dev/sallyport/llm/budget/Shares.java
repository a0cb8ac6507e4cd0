package dev.sallyport.llm.budget;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The shares of all accounts that this gateway uses. A call that fits in them waits for nothing;
 * others wait for one thread, which asks the database for all of them together. What calls cost is
 * saved a moment later, and what is not used for a second is given back. Thread-safe.
 */
final class Shares {
  private static final Logger LOG = System.getLogger(Shares.class.getName());
  private static final int MOST_AT_ONCE = 1_024;
  private static final int MOST_BEGUN = 10_000;

  /** How long what a call cost may wait to be saved: the longer, the more calls share that. */
  private static final long SAVED_AFTER = Duration.ofMillis(25).toNanos();

  private static final long RESTING = Duration.ofSeconds(1).toNanos();
  private static final long TRIED_AGAIN_AFTER = Duration.ofSeconds(1).toNanos();

  private final DataSource dataSource;
  private final InstantSource clock;
  private final Duration holdFor;
  private final Patience patience;
  private final String gateway = UUID.randomUUID().toString();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private final Map<Account, Share> shares = new HashMap<>();
  private final Set<Hold> holds = new LinkedHashSet<>();
  private final Set<Share> unsaved = new LinkedHashSet<>();

  /** Those of which what is free is to be given back. */
  private final Set<Share> resting = new LinkedHashSet<>();

  private List<Asked> asked = new ArrayList<>();
  private @Nullable CompletableFuture<List<Unfit>> settled;
  private long saveAt;
  private long restAt;
  private boolean busy;
  private boolean failing;

  /** The accounts that have their row; the writer's own. */
  private final Set<Account> begun = ConcurrentHashMap.newKeySet();

  Shares(DataSource dataSource, InstantSource clock, Duration holdFor, Duration patience) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.holdFor = holdFor;
    this.patience = new Patience(patience);
  }

  /**
   * Holds what a call may cost.
   *
   * @return the budgets that it does not fit in; empty if it is held
   * @throws SQLException if the database is needed to tell, and does not
   */
  List<Unfit> hold(Hold hold) throws SQLException {
    var waiting = new Asked(hold);
    lock.lock();
    try {
      if (fits(hold)) {
        hold.claims().forEach(claim -> share(claim).hold(hold.amount()));
        holds.add(hold);
        return List.of();
      }
      asked.add(waiting);
      wake();
    } finally {
      lock.unlock();
    }
    return await(waiting.done());
  }

  private boolean fits(Hold hold) {
    var now = clock.instant();
    for (var claim : hold.claims()) {
      if (!share(claim).fits(claim, hold.amount(), now)) {
        return false;
      }
    }
    return true;
  }

  private Share share(Claim claim) {
    return shares.computeIfAbsent(claim.account(), Share::new);
  }

  /** Puts what was spent in the place of what was held, even if that was let go in between. */
  void settle(Hold hold, long spent) {
    lock.lock();
    try {
      boolean held = holds.remove(hold);
      for (var claim : hold.claims()) {
        var share = share(claim);
        if (held) {
          share.letGo(hold.amount());
        }
        share.spend(spent);
        save(share);
      }
      wake();
    } finally {
      lock.unlock();
    }
  }

  private void save(Share share) {
    if (share.spent() == 0) {
      return;
    }
    if (unsaved.isEmpty()) {
      saveAt = System.nanoTime() + SAVED_AFTER;
      wanted.signal();
    }
    unsaved.add(share);
  }

  /** Lets go of what calls hold that never ended, saves all, and gives back all that is free. */
  void settleUp() throws SQLException {
    CompletableFuture<List<Unfit>> done;
    lock.lock();
    try {
      letGoOfExpired(clock.instant());
      done = settled == null ? new CompletableFuture<>() : settled;
      settled = done;
      wake();
    } finally {
      lock.unlock();
    }
    var _ = await(done.copy());
  }

  private void letGoOfExpired(Instant now) {
    var oldest = holds.iterator();
    while (oldest.hasNext()) {
      var hold = oldest.next();
      if (!hold.expiresAt().isBefore(now)) {
        return;
      }
      hold.claims().forEach(claim -> share(claim).letGo(hold.amount()));
      oldest.remove();
    }
  }

  private List<Unfit> await(CompletableFuture<List<Unfit>> done) throws SQLException {
    try {
      return patience.await(done);
    } catch (ExecutionException e) {
      throw new SQLException("the database did not do it", e.getCause());
    } catch (TimeoutException e) {
      done.cancel(false);
      throw new SQLException("the database has not done it yet", e);
    } catch (InterruptedException e) {
      done.cancel(false);
      Thread.currentThread().interrupt();
      throw new SQLException("nobody waits for the database any more", e);
    }
  }

  /**
   * One thread of the platform's own, while there is anything to do: many calls may wait for it,
   * and a virtual one would wait for its turn among all the threads of all open streams.
   */
  private void wake() {
    if (!busy) {
      busy = true;
      restAt = System.nanoTime() + RESTING;
      Thread.ofPlatform().daemon().name("budget").start(this::work);
    } else if (!asked.isEmpty() || settled != null) {
      wanted.signal();
    }
  }

  private void work() {
    try {
      for (var work = next(); work.isPresent(); work = next()) {
        make(work.get());
      }
    } finally {
      rest();
    }
  }

  private void rest() {
    lock.lock();
    try {
      busy = false;
      if (!shares.isEmpty()) {
        wake(); // it threw, or somebody came meanwhile
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is something to do; empty if there is nothing that there will be. */
  private Optional<Work> next() {
    lock.lock();
    try {
      while (true) {
        long now = System.nanoTime();
        if (settled != null) {
          return Optional.of(everything());
        }
        if (!asked.isEmpty() || (!unsaved.isEmpty() && now - saveAt >= 0)) {
          return Optional.of(due(now));
        }
        if (now - restAt >= 0) {
          restAt = now + RESTING;
          if (!failing) {
            addRested();
          }
        }
        if (!resting.isEmpty()) {
          return Optional.of(new Work(List.of(), someOf(resting), true, Optional.empty()));
        }
        if (shares.isEmpty()) {
          return Optional.empty();
        }
        long toRest = restAt - now;
        long nanos = unsaved.isEmpty() ? toRest : Math.min(saveAt - now, toRest);
        boolean _ = wanted.await(nanos, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } finally {
      lock.unlock();
    }
  }

  private Work everything() {
    var work = new Work(asked, List.copyOf(shares.values()), true, Optional.ofNullable(settled));
    asked = new ArrayList<>();
    settled = null;
    unsaved.clear();
    return work;
  }

  private Work due(long now) {
    asked.removeIf(each -> each.done().isCancelled());
    var some = asked.subList(0, Math.min(asked.size(), MOST_AT_ONCE));
    var affected = new LinkedHashMap<Account, Share>();
    for (var each : some) {
      each.hold().claims().forEach(claim -> affected.put(claim.account(), share(claim)));
    }
    unsaved.removeAll(affected.values());
    if (now - saveAt >= 0) {
      someOf(unsaved).forEach(share -> affected.put(share.account(), share));
    }
    var work = new Work(List.copyOf(some), affected.values(), false, Optional.empty());
    asked = new ArrayList<>(asked.subList(some.size(), asked.size()));
    return work;
  }

  /** Notes those that nobody used lately, and that are more than what is held of them. */
  private void addRested() {
    shares.values().removeIf(Share::isOver);
    for (var share : shares.values()) {
      if (share.rested() && share.amount() > share.held()) {
        resting.add(share);
      }
    }
  }

  /** Takes some out, no more than are dealt with at once. */
  private static List<Share> someOf(Set<Share> all) {
    var some = all.stream().limit(MOST_AT_ONCE).toList();
    some.forEach(all::remove);
    return some;
  }

  private void make(Work work) {
    try (var connection = dataSource.getConnection()) {
      if (begun.size() > MOST_BEGUN) {
        begun.clear();
      }
      try {
        make(connection, work);
      } catch (SQLException | RuntimeException e) {
        if (work.isOne()) {
          throw e;
        }
        makeEach(connection, work);
      }
      work.settled().ifPresent(done -> done.complete(List.of()));
      failing = false;
    } catch (SQLException | RuntimeException e) {
      fail(work, e);
    } catch (Error e) {
      fail(work, e);
      throw e;
    }
  }

  /** Each by itself, so that what is wrong with one is not held against the others. */
  private void makeEach(Connection connection, Work work) throws SQLException {
    long begin = System.nanoTime();
    Optional<SQLException> failure = Optional.empty();
    for (var piece : work.pieces(this::lockedShare)) {
      if (connection.isClosed() || System.nanoTime() - begin > patience.nanos()) {
        throw new SQLException("the database does not answer");
      }
      try {
        make(connection, piece);
      } catch (SQLException | RuntimeException e) {
        piece.asked().forEach(each -> each.done().completeExceptionally(e));
        failure = Optional.of(new SQLException("one of several failed", e));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private Share lockedShare(Claim claim) {
    lock.lock();
    try {
      return share(claim);
    } finally {
      lock.unlock();
    }
  }

  private void make(Connection connection, Work work) throws SQLException {
    var lending = new Lending(connection, lock, begun, gateway, clock.instant(), holdFor);
    var unfit = lending.make(work.asked(), work.shares(), work.all());
    for (var each : work.asked()) {
      var budgets = unfit.get(each);
      if (budgets == null) {
        held(each);
      } else {
        each.done().complete(budgets);
      }
    }
  }

  /** Tells a caller that there is a share for its call; if it has left, the share is free. */
  private void held(Asked asked) {
    lock.lock();
    try {
      var hold = asked.hold();
      holds.add(hold);
      if (!asked.done().complete(List.of())) {
        holds.remove(hold);
        hold.claims().forEach(claim -> share(claim).letGo(hold.amount()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Says so to those who wait, once; what was spent is saved later. */
  private void fail(Work work, Throwable why) {
    work.asked().forEach(each -> each.done().completeExceptionally(why));
    lock.lock();
    try {
      work.shares().stream().filter(share -> share.spent() > 0).forEach(unsaved::add);
      saveAt = System.nanoTime() + TRIED_AGAIN_AFTER;
    } finally {
      lock.unlock();
    }
    if (!failing) {
      LOG.log(Level.ERROR, "budgets cannot be kept in the database: {0}", why.toString());
    }
    failing = true;
    work.settled().ifPresent(done -> done.completeExceptionally(why));
  }
}
