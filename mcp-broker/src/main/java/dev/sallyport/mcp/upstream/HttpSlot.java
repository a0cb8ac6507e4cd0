package dev.sallyport.mcp.upstream;

import dev.sallyport.mcp.upstream.Dialect.Session;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A place for a session, which is begun by its first use. Thread-safe. */
final class HttpSlot {
  private final ClientFace face;
  private final ReentrantLock starting = new ReentrantLock();
  private final Elicitations elicitations = new Elicitations();
  private volatile @Nullable Dialect dialect;

  HttpSlot(ClientFace face) {
    this.face = face;
  }

  /** The client that its sessions are begun as. */
  ClientFace face() {
    return face;
  }

  /** Whom the server sent to addresses. */
  Elicitations elicitations() {
    return elicitations;
  }

  /**
   * How the server is spoken to here.
   *
   * @param start finds out, unless that is known; by one thread at a time
   */
  Dialect dialect(Deadline deadline, Supplier<Dialect> start) {
    var known = dialect;
    return known != null ? known : begun(deadline, start);
  }

  private Dialect begun(Deadline deadline, Supplier<Dialect> start) {
    deadline.lock(starting);
    try {
      var known = dialect;
      var found = known != null ? known : start.get();
      dialect = found;
      return found;
    } finally {
      starting.unlock();
    }
  }

  /** Has the next use find out again, unless another did already. */
  void forget(Dialect known) {
    starting.lock();
    try {
      if (known.equals(dialect)) {
        dialect = null;
      }
    } finally {
      starting.unlock();
    }
  }

  /** The session, if there is one. */
  Optional<Session> session() {
    return dialect instanceof Session session ? Optional.of(session) : Optional.empty();
  }
}
