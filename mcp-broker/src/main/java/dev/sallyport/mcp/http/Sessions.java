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
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sessions of callers that speak a revision with sessions. A session proves nothing: it is
 * found only by the principal that began it. Thread-safe.
 */
final class Sessions {
  private static final int ID_BYTES = 32;

  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong uses = new AtomicLong();
  private final InstantSource clock;
  private final Duration idle;
  private final int maxPerPrincipal;

  Sessions(InstantSource clock, Duration idle, int maxPerPrincipal) {
    this.clock = clock;
    this.idle = idle;
    this.maxPerPrincipal = maxPerPrincipal;
  }

  /** One session. */
  static final class Session {
    private final String id;
    private final PrincipalId owner;
    private final Revision revision;
    private final TurnId turn;
    private final Map<JsonNode, Cancellation> underWay = new ConcurrentHashMap<>();
    private volatile Instant usedAt;

    /** How many times any session had been used by then: an order even within one moment. */
    private volatile long use;

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

  Session begin(PrincipalId owner, Revision revision, TurnId turn) {
    var now = clock.instant();
    makeRoom(owner, now);
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    var id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var session = new Session(id, owner, revision, turn, now);
    session.use = uses.incrementAndGet();
    sessions.put(id, session);
    return session;
  }

  /** The principal's session of that name; empty if it has none, whoever else may. */
  Optional<Session> find(PrincipalId owner, String id) {
    var now = clock.instant();
    var session =
        Optional.ofNullable(sessions.get(id))
            .filter(found -> found.owner.equals(owner))
            .filter(found -> !isOver(found, now));
    session.ifPresent(found -> {
      found.usedAt = now;
      found.use = uses.incrementAndGet();
    });
    return session;
  }

  void end(Session session) {
    sessions.remove(session.id);
    session.cancelAll();
  }

  private boolean isOver(Session session, Instant now) {
    return session.usedAt.plus(idle).isBefore(now);
  }

  private void makeRoom(PrincipalId owner, Instant now) {
    sessions.values().stream().filter(session -> isOver(session, now)).forEach(this::end);
    var own = sessions.values().stream().filter(session -> session.owner.equals(owner)).toList();
    if (own.size() >= maxPerPrincipal) {
      own.stream().min(Comparator.comparingLong(session -> session.use)).ifPresent(this::end);
    }
  }
}
