package dev.sallyport.identity.turn;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.Principal;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The turns of one process.
 *
 * <p>A turn that was begun ends when it is idle for too long; the longest unused one ends where
 * there would be too many. The listener is told of each end. Thread-safe; finding a turn takes no
 * lock.
 */
public final class InMemoryTurns implements Turns {
  private static final char[] BASE32 = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();
  private static final int ID_LENGTH = 26;

  private final InstantSource clock;
  private final TurnLimits limits;
  private final TurnEndListener listener;
  private final SecureRandom random = new SecureRandom();
  private final Map<TurnId, Held> byId = new ConcurrentHashMap<>();
  private final Map<Owner, Held> ambient = new ConcurrentHashMap<>();

  /** For each owner, what it began, the oldest first. Guarded by this. */
  private final Map<Owner, Map<TurnId, Held>> begun = new HashMap<>();

  public InMemoryTurns(InstantSource clock, TurnLimits limits, TurnEndListener listener) {
    this.clock = clock;
    this.limits = limits;
    this.listener = listener;
  }

  @Override
  public Turn begin(Principal principal) {
    var held = new Held(newTurn(principal.owner(), false));
    var over = new ArrayList<Held>();
    synchronized (this) {
      var own = begun.computeIfAbsent(principal.owner(), _ -> new LinkedHashMap<>());
      if (own.size() >= limits.perPrincipal()) {
        drop(leastRecentlyUsed(own.values()), over);
      }
      admit(held, over);
      begun
          .computeIfAbsent(principal.owner(), _ -> new LinkedHashMap<>())
          .put(held.turn.id(), held);
    }
    tell(over);
    return held.turn;
  }

  @Override
  public Optional<Turn> find(Principal principal, Optional<String> named) {
    if (named.isEmpty()) {
      return Optional.of(ambientOf(principal.owner()));
    }
    if (named.get().equals(NEW)) {
      return Optional.of(begin(principal));
    }
    if (!TurnId.isValid(named.get())) {
      return Optional.empty();
    }
    var held = byId.get(new TurnId(named.get()));
    if (held == null || !held.turn.owner().equals(principal.owner()) || isIdle(held)) {
      return Optional.empty();
    }
    held.usedAt = clock.instant();
    return Optional.of(held.turn);
  }

  /** Ends every turn that has been idle for too long. To be called from time to time. */
  public void expire() {
    var over = new ArrayList<Held>();
    synchronized (this) {
      byId.values().stream().filter(this::isIdle).toList().forEach(held -> drop(held, over));
    }
    tell(over);
  }

  /** How many turns there are now. */
  public int size() {
    return byId.size();
  }

  private Turn ambientOf(Owner owner) {
    var held = ambient.get(owner);
    if (held == null) {
      held = beginAmbient(owner);
    }
    held.usedAt = clock.instant();
    return held.turn;
  }

  private Held beginAmbient(Owner owner) {
    var over = new ArrayList<Held>();
    Held held;
    synchronized (this) {
      var present = ambient.get(owner);
      if (present != null) {
        return present;
      }
      held = new Held(newTurn(owner, true));
      admit(held, over);
      ambient.put(owner, held);
    }
    tell(over);
    return held;
  }

  private void admit(Held held, List<Held> over) {
    if (byId.size() >= limits.total()) {
      drop(leastRecentlyUsed(byId.values()), over);
    }
    byId.put(held.turn.id(), held);
  }

  /** A turn that was begun goes before any ambient one. */
  private static Held leastRecentlyUsed(Collection<Held> held) {
    return held.stream()
        .min(Comparator.comparing((Held each) -> each.turn.isAmbient()).thenComparing(Held::usedAt))
        .orElseThrow();
  }

  private void drop(Held held, List<Held> over) {
    byId.remove(held.turn.id());
    var owner = held.turn.owner();
    if (held.turn.isAmbient()) {
      ambient.remove(owner);
    } else {
      var own = begun.get(owner);
      if (own != null) {
        own.remove(held.turn.id());
        if (own.isEmpty()) {
          begun.remove(owner);
        }
      }
    }
    over.add(held);
  }

  private void tell(List<Held> over) {
    over.forEach(held -> listener.ended(held.turn));
  }

  private boolean isIdle(Held held) {
    return !held.turn.isAmbient() && !clock.instant().isBefore(held.usedAt.plus(limits.idle()));
  }

  private Turn newTurn(Owner owner, boolean isAmbient) {
    var bytes = new byte[ID_LENGTH];
    random.nextBytes(bytes);
    var id = new StringBuilder("turn_");
    for (byte each : bytes) {
      id.append(BASE32[each & 31]);
    }
    return new Turn(new TurnId(id.toString()), owner, clock.instant(), isAmbient);
  }

  private static final class Held {
    private final Turn turn;
    private volatile Instant usedAt;

    private Held(Turn turn) {
      this.turn = turn;
      this.usedAt = turn.startedAt();
    }

    private Instant usedAt() {
      return usedAt;
    }
  }
}
