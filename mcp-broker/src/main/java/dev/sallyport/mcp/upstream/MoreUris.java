package dev.sallyport.mcp.upstream;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Asks for more until the watch ends, and has that wait for what is asked then. Thread-safe. */
final class MoreUris implements UpstreamEvents.More {
  private final Predicate<String> ask;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean over;

  /**
   * Asks so.
   *
   * @param ask whether the server tells about a URI
   */
  MoreUris(Predicate<String> ask) {
    this.ask = ask;
  }

  @Override
  public boolean uri(String uri) {
    lock.lock();
    try {
      return !over && ask.test(uri);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isOver() {
    return over;
  }

  /** Asks nothing from now on. */
  void end() {
    lock.lock();
    try {
      over = true;
    } finally {
      lock.unlock();
    }
  }
}
