package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Presence;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcMessage;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

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

  private final Map<Owner, SequencedMap<String, Session>> byOwner = new HashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock;
  private final Duration idle;
  private final int maxPerPrincipal;
  private final int max;
  private final ReplayStore kept = new ReplayStore(ReplayStore.MOST_BYTES);

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
    private final Owner owner;
    private final Revision revision;
    private final TurnId turn;
    private final ObjectNode capabilities;

    /** By the {@link RpcMessage#nameKey} of the request. */
    private final Map<JsonNode, Cancellation> underWay = new ConcurrentHashMap<>();

    private final Questions questions = new Questions();
    private final News news = new News();
    private final Subscriptions subscriptions = new Subscriptions(news);
    private final Replays replays;
    private final AtomicBoolean listening = new AtomicBoolean();
    private volatile Optional<String> logLevel = Optional.empty();

    /** Has it ended with its client. Guarded by this, as is the next. */
    private Presence.Kept kept = () -> {};

    private boolean over;
    private Instant usedAt;

    private Session(String id, Owner owner, Beginning beginning, Instant usedAt, ReplayStore kept) {
      this.id = id;
      this.owner = owner;
      this.revision = beginning.revision();
      this.turn = beginning.turn();
      this.capabilities = beginning.capabilities();
      this.usedAt = usedAt;
      this.replays = new Replays(kept);
    }

    /** What servers are told of the client. */
    ClientFace face() {
      return new ClientFace(capabilities, logLevel);
    }

    /** Says from which severity on the client wants to be told what servers log. */
    void logFrom(String level) {
      logLevel = Optional.of(level);
    }

    /** What the client was asked. */
    Questions questions() {
      return questions;
    }

    /** What the client is to be told beside the answers to its requests. */
    News news() {
      return news;
    }

    /** Its streams that can be taken up again. */
    Replays replays() {
      return replays;
    }

    Subscriptions subscriptions() {
      return subscriptions;
    }

    /** Takes the one stream that a session has beside those of its requests. */
    boolean beginListening() {
      return listening.compareAndSet(false, true);
    }

    void endListening() {
      listening.set(false);
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
      underWay.put(RpcMessage.nameKey(request), cancellation);
    }

    void end(JsonNode request, Cancellation cancellation) {
      underWay.remove(RpcMessage.nameKey(request), cancellation);
    }

    void cancel(JsonNode request) {
      var cancellation = underWay.get(RpcMessage.nameKey(request));
      if (cancellation != null) {
        cancellation.cancel();
      }
    }

    /** Ends from now on with the one who has made the last request. */
    synchronized void servedFor(Presence presence, Consumer<Why> end) {
      if (!over) {
        kept.close();
        kept = presence.keep(end);
      }
    }

    private void end(Why why) {
      synchronized (this) {
        over = true;
        kept.close();
      }
      underWay.values().forEach(cancellation -> cancellation.cancel(why));
      questions.close();
      replays.close();
      news.end();
      subscriptions.close();
    }
  }

  /**
   * What a session begins with.
   *
   * @param turn that of its requests that name none
   * @param capabilities what the client can be asked for
   */
  record Beginning(Revision revision, TurnId turn, ObjectNode capabilities) {}

  /** Begins a session. Where there are too many, the one used longest ago ends. */
  Session begin(Owner owner, Beginning beginning) {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    var id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var ended = new ArrayList<Session>();
    lock.lock();
    try {
      var now = clock.instant();
      removeOver(now, ended);
      var own = byOwner.get(owner);
      if (own != null && own.size() >= maxPerPrincipal) {
        ended.add(remove(own.firstEntry().getValue()));
      }
      if (sessions.size() >= max) {
        ended.add(remove(sessions.firstEntry().getValue()));
      }
      var session = new Session(id, owner, beginning, now, kept);
      sessions.put(id, session);
      byOwner.computeIfAbsent(owner, _ -> byUse()).put(id, session);
      return session;
    } finally {
      lock.unlock();
      ended.forEach(session -> session.end(Why.CALLER_LEFT));
    }
  }

  /** The principal's session of that name; empty if it has none, whoever else may. */
  Optional<Session> find(Owner owner, String id) {
    var ended = new ArrayList<Session>();
    lock.lock();
    try {
      var now = clock.instant();
      removeOver(now, ended);
      var own = byOwner.get(owner);
      var session = own == null ? null : own.get(id);
      if (session == null || isOver(session, now)) {
        return Optional.empty();
      }
      session.usedAt = now;
      return Optional.ofNullable(sessions.get(id));
    } finally {
      lock.unlock();
      ended.forEach(session -> session.end(Why.CALLER_LEFT));
    }
  }

  /** Takes those out that were left alone for too long; one that is listened to is in use. */
  private void removeOver(Instant now, List<Session> ended) {
    while (!sessions.isEmpty()) {
      var oldest = sessions.firstEntry().getValue();
      if (!oldest.usedAt.plus(idle).isBefore(now)) {
        return;
      }
      if (oldest.listening.get()) {
        oldest.usedAt = now;
        var _ = sessions.get(oldest.id);
      } else {
        ended.add(remove(oldest));
      }
    }
  }

  void end(Session session, Why why) {
    lock.lock();
    try {
      remove(session);
    } finally {
      lock.unlock();
    }
    session.end(why);
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
    return !session.listening.get() && session.usedAt.plus(idle).isBefore(now);
  }
}
