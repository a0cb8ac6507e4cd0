package dev.sallyport.sandbox.quarantine;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The turns that hold something, and whose they are. Where there is no room for all, the owner that
 * has most held loses first; what a turn was told stays counted. Thread-safe.
 */
final class Turns {
  private static final String NONCE_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int NONCE_CHARS = 10;
  private static final int OWNERS_BETWEEN_SWEEPS = 256;

  private final QuarantineLimits limits;
  private final SecureRandom random;
  private final InstantSource clock;

  /** The one used longest ago first. */
  private final Map<String, Holdings> turns = new LinkedHashMap<>(16, 0.75f, true);

  /** Whose the turns are. Guarded by {@code turns}. */
  private final Map<String, String> owners = new HashMap<>();

  /** What turns inherit, by owner, also of those that were forgotten. Guarded by {@code turns}. */
  private final Map<String, OwnerTrust> trusts = new HashMap<>();

  private final AtomicLong heldChars = new AtomicLong();

  Turns(QuarantineLimits limits, SecureRandom random, InstantSource clock) {
    this.limits = limits;
    this.random = random;
    this.clock = clock;
  }

  Optional<String> owner(String turn) {
    synchronized (turns) {
      return Optional.ofNullable(owners.get(turn));
    }
  }

  void owned(String turn, String owner, boolean clean) {
    OwnerTrust trust;
    synchronized (turns) {
      owners.put(turn, owner);
      trust = trust(owner);
      var known = turns.get(turn);
      if (known == null) {
        turns.put(turn, holdings(new TurnTrust(trust, clean, clock)));
        return;
      }
      if (known.trust().isOf(trust)) {
        return;
      }
    }
    with(
        turn,
        holdings -> {
          holdings.trust().belongTo(trust, clean);
          return true;
        });
  }

  /** Does something with what a turn holds; nobody else does meanwhile. */
  <T> T with(String turn, Function<Holdings, T> work) {
    while (true) {
      var done = attempt(holdings(turn), work);
      if (done.isPresent()) {
        makeRoom(turn);
        return done.get();
      }
    }
  }

  /** Does something with what a turn holds, if it is known. */
  <T> Optional<T> existing(String turn, Function<Holdings, T> work) {
    Optional<Holdings> held;
    synchronized (turns) {
      held = Optional.ofNullable(turns.get(turn));
    }
    return held.flatMap(holdings -> attempt(holdings, work));
  }

  void forget(String turn) {
    Optional<Holdings> held;
    synchronized (turns) {
      held = Optional.ofNullable(turns.remove(turn));
      owners.remove(turn);
    }
    held.ifPresent(holdings -> lessen(holdings, Holdings::forget));
  }

  /** Empty if the turn was forgotten meanwhile. */
  private <T> Optional<T> attempt(Holdings holdings, Function<Holdings, T> work) {
    return holdings.alone(() -> {
      if (holdings.forgotten()) {
        return Optional.empty();
      }
      try {
        return Optional.of(work.apply(holdings));
      } finally {
        heldChars.addAndGet(holdings.settle());
      }
    });
  }

  private Holdings holdings(String turn) {
    synchronized (turns) {
      return turns.computeIfAbsent(
          turn, _ -> holdings(new TurnTrust(trust(owners.getOrDefault(turn, turn)), false, clock)));
    }
  }

  private Holdings holdings(TurnTrust trust) {
    var holdings = new Holdings(nonce(), limits, clock, trust);
    heldChars.addAndGet(holdings.settle());
    return holdings;
  }

  private OwnerTrust trust(String owner) {
    if (trusts.size() % OWNERS_BETWEEN_SWEEPS == 0 && !trusts.containsKey(owner)) {
      var now = clock.instant();
      var present =
          turns.keySet().stream()
              .map(turn -> owners.getOrDefault(turn, turn))
              .collect(Collectors.toSet());
      trusts.values().removeIf(trust -> !present.contains(trust.owner()) && trust.isOld(now));
    }
    return trusts.computeIfAbsent(owner, OwnerTrust::new);
  }

  private void makeRoom(String except) {
    while (heldChars.get() > limits.maxHeldChars()) {
      var next = nextToEmpty(except);
      if (next.isPresent()) {
        lessen(next.get(), Holdings::empty);
      } else if (!forgetOldest(except)) {
        return;
      }
    }
  }

  /** Where only counts are left, far more of them than there are turns under way, they go, too. */
  private boolean forgetOldest(String except) {
    Optional<String> oldest;
    synchronized (turns) {
      oldest = turns.keySet().stream().findFirst().filter(turn -> !turn.equals(except));
    }
    oldest.ifPresent(this::forget);
    return oldest.isPresent();
  }

  /** Of the owner that has most, the turn that was used longest ago. */
  private Optional<Holdings> nextToEmpty(String except) {
    synchronized (turns) {
      Map<String, Long> weights = new HashMap<>();
      Map<String, Holdings> oldest = new HashMap<>();
      turns.forEach((turn, holdings) -> {
        var owner = owners.getOrDefault(turn, turn);
        weights.merge(owner, holdings.settled(), Long::sum);
        if (!turn.equals(except) && holdings.settled() > Holdings.TURN_WEIGHT) {
          oldest.putIfAbsent(owner, holdings);
        }
      });
      return weights.entrySet().stream()
          .filter(entry -> oldest.containsKey(entry.getKey()))
          .max(Map.Entry.comparingByValue())
          .map(entry -> oldest.get(entry.getKey()));
    }
  }

  /**
   * Has a turn hold less, and counts that. What it was told stays counted until it is forgotten.
   */
  private void lessen(Holdings holdings, Consumer<Holdings> drop) {
    var _ =
        holdings.alone(() -> {
          drop.accept(holdings);
          heldChars.addAndGet(holdings.settle());
          return holdings;
        });
  }

  private String nonce() {
    return random
        .ints(NONCE_CHARS, 0, NONCE_ALPHABET.length())
        .mapToObj(i -> String.valueOf(NONCE_ALPHABET.charAt(i)))
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return "Turns[]";
  }
}
