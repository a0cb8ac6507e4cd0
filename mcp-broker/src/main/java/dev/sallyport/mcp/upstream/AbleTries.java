package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.RefusalCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Whether a server is tried for a session of its own in which it lists what able clients are shown.
 * Some servers have room for one session, which calls need. Thread-safe.
 */
final class AbleTries {
  /** How often a server is tried that never began one and did not plainly refuse. */
  static final int MOST = 3;

  private static final Logger LOG = System.getLogger(AbleTries.class.getName());

  private final String server;

  /** Guarded by this, as is what follows. */
  private int left = MOST;

  private boolean begun;
  private boolean told;

  AbleTries(String server) {
    this.server = server;
  }

  synchronized boolean areLeft() {
    return left > 0;
  }

  /** Has the server tried again: it may be another than it was. */
  synchronized void renew() {
    left = MOST;
  }

  synchronized void succeeded() {
    left = MOST;
    begun = true;
  }

  /**
   * Notes that the session did not begin.
   *
   * @return whether the lists are asked for without it; not where a server that once began one may
   *     do so again, since what it lists to others only would seem to be gone
   */
  synchronized boolean failed(RefusalCode code) {
    switch (code) {
      case UPSTREAM_REJECTED -> left = 0;
      case UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT, UPSTREAM_MALFORMED -> {
        if (begun) {
          return false;
        }
        left--;
      }
      default -> {
        return false;
      }
    }
    if (!told) {
      told = true;
      LOG.log(
          Level.WARNING,
          "server "
              + server
              + " begins no session for its lists ("
              + code.code()
              + "): what it lists only to clients with capabilities is not registered");
    }
    return true;
  }
}
