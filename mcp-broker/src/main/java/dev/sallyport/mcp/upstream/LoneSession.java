package dev.sallyport.mcp.upstream;

import dev.sallyport.mcp.upstream.Dialect.Session;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server ends a session when another begins. Two sessions of such a server would end each
 * other for ever, so it is kept to one for all of its clients for a while. Thread-safe.
 */
final class LoneSession {
  /** How long a server is kept to one session before it may begin others again. */
  static final Duration KEPT = Duration.ofHours(1);

  /** How long nothing is asked of sessions after such a question was not answered. */
  static final Duration QUIET = Duration.ofMinutes(1);

  /** How often in a row it is seen that a session ends another: once may be chance. */
  private static final int PROOF = 2;

  private static final Logger LOG = System.getLogger(LoneSession.class.getName());

  private final String server;
  private final LongSupplier nanoTime;

  /** The session that was begun last, unless it was ended. Guarded by this, as is what follows. */
  private @Nullable Session newest;

  /** One of which is being seen whether it ends; null once it was ended by us. */
  private @Nullable Session watched;

  private final While kept = new While(KEPT);
  private final While quiet = new While(QUIET);
  private boolean doubted;
  private int seen;
  private boolean told;

  LoneSession(String server, LongSupplier nanoTime) {
    this.server = server;
    this.nanoTime = nanoTime;
  }

  /** What holds for so long once it began. */
  private final class While {
    private final Duration length;
    private boolean begun;
    private long since;

    private While(Duration length) {
      this.length = length;
    }

    private void begin() {
      begun = true;
      since = nanoTime.getAsLong();
    }

    private boolean holds() {
      begun = begun && nanoTime.getAsLong() - since < length.toNanos();
      return begun;
    }
  }

  /** Whether the server is to have one session for all. */
  synchronized boolean isKept() {
    return kept.holds();
  }

  synchronized void began(Session session) {
    newest = session;
  }

  /** Notes that a session is ended by us. */
  synchronized void ended(Session session) {
    if (session.equals(newest)) {
      newest = null;
    }
    if (session.equals(watched)) {
      watched = null;
    }
  }

  /** Notes that the server does not know a session any more: a later one may have ended it. */
  synchronized void lost(Session session) {
    doubted = newest != null && !session.equals(newest) && !kept.holds() && !quiet.holds();
  }

  /** The session of which is to be seen whether the one that begins now ends it. */
  synchronized Optional<Session> doubtful() {
    if (!doubted) {
      return Optional.empty();
    }
    doubted = false;
    watched = newest;
    return Optional.ofNullable(newest);
  }

  /** Notes that the server did not answer what it was asked of a session. */
  synchronized void unanswered() {
    doubted = false;
    quiet.begin();
  }

  /** Notes that a session was still there after another began. */
  synchronized void sawOutlive(Session other) {
    if (other.equals(watched)) {
      seen = 0;
    }
  }

  /** Notes that a session ended as another began, unless it was ended by us meanwhile. */
  synchronized void sawEnd(Session over) {
    if (!over.equals(watched) || ++seen < PROOF) {
      return;
    }
    seen = 0;
    kept.begin();
    if (!told) {
      told = true;
      LOG.log(
          Level.WARNING,
          "server "
              + server
              + " ends its session when another begins: all clients share one, in which it can ask"
              + " them for nothing, what it lists only to clients with capabilities is not"
              + " registered, and it is not watched");
    }
  }
}
