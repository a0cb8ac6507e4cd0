package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.mcp.wire.Revision;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sessions of callers that speak a revision with sessions. A session proves nothing: it is
 * found only by the principal that began it. Thread-safe.
 */
final class Sessions {
  /** The most sessions of all principals. */
  static final int MAX_SESSIONS = 100_000;

  private static final int ID_BYTES = 32;

  private final ReentrantLock lock = new ReentrantLock();

  /** All of them by their names, the one used longest ago first. */
  private final SequencedMap<String, Session> sessions = byUse();

  private final Map<PrincipalId, SequencedMap<String, Session>> byOwner = new HashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock;
  private final Duration idle;
  private final int maxPerPrincipal;
  private final int max;

  Sessions(InstantSource clock, Duration idle, int maxPerPrincipal) {
    this(clock, idle, maxPerPrincipal, MAX_SESSIONS);
  }

  Sessions(InstantSource clock, Duration idle, int maxPerPrincipal, int max) {
    this.clock = clock;
    this.idle = idle;
    this.maxPerPrincipal = maxPerPrincipal;
    this.max = max;
  }

  private static SequencedMap<String, Session> byUse() {
    return new LinkedHashMap<>(16, 0.75f, true);
  }

  /** One session. */
  static final class Session {
    private final String id;
    private final PrincipalId owner;
    private final Revision revision;
    private final TurnId turn;
    private final Map<JsonNode, Cancellation> underWay = new ConcurrentHashMap<>();
    private Instant usedAt;

    private Session(String id, PrincipalId owner, Revision revision, TurnId turn, Instant usedAt) {
      this.id = id;
      this.owner = owner;
      this.revision = revision;
      this.turn = turn;
      this.usedAt = usedAt;
    }

    String id() {
      return id;
    }

    Revision revision() {
      return revision;
    }

    /** The turn of its requests that name none. */
    TurnId turn() {
      return turn;
    }

    void begin(JsonNode request, Cancellation cancellation) {
      underWay.put(request, cancellation);
    }

    void end(JsonNode request) {
      underWay.remove(request);
    }

    void cancel(JsonNode request) {
      var cancellation = underWay.get(request);
      if (cancellation != null) {
        cancellation.cancel();
      }
    }

    private void cancelAll() {
      underWay.values().forEach(Cancellation::cancel);
    }
  }

  /** Begins a session. Where there are too many, the one used longest ago ends. */
  Session begin(PrincipalId owner, Revision revision, TurnId turn) {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    var id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var ended = new ArrayList<Session>();
    lock.lock();
    try {
      var now = clock.instant();
      while (!sessions.isEmpty() && isOver(sessions.firstEntry().getValue(), now)) {
        ended.add(remove(sessions.firstEntry().getValue()));
      }
      var own = byOwner.get(owner);
      if (own != null && own.size() >= maxPerPrincipal) {
        ended.add(remove(own.firstEntry().getValue()));
      }
      if (sessions.size() >= max) {
        ended.add(remove(sessions.firstEntry().getValue()));
      }
      var session = new Session(id, owner, revision, turn, now);
      sessions.put(id, session);
      byOwner.computeIfAbsent(owner, _ -> byUse()).put(id, session);
      return session;
    } finally {
      lock.unlock();
      ended.forEach(Session::cancelAll);
    }
  }

  /** The principal's session of that name; empty if it has none, whoever else may. */
  Optional<Session> find(PrincipalId owner, String id) {
    lock.lock();
    try {
      var own = byOwner.get(owner);
      var session = own == null ? null : own.get(id);
      var now = clock.instant();
      if (session == null || isOver(session, now)) {
        return Optional.empty();
      }
      session.usedAt = now;
      return Optional.ofNullable(sessions.get(id));
    } finally {
      lock.unlock();
    }
  }

  void end(Session session) {
    lock.lock();
    try {
      remove(session);
    } finally {
      lock.unlock();
    }
    session.cancelAll();
  }

  private Session remove(Session session) {
    sessions.remove(session.id);
    byOwner.computeIfPresent(
        session.owner,
        (_, own) -> {
          own.remove(session.id);
          return own.isEmpty() ? null : own;
        });
    return session;
  }

  private boolean isOver(Session session, Instant now) {
    return session.usedAt.plus(idle).isBefore(now);
  }
}
