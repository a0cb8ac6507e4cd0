package dev.sallyport.mcp;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks at something once more whenever it may have changed, on a thread of its own that is there
 * only then, and never twice at the same time. Thread-safe.
 */
final class Looking {
  private final Runnable look;
  private final AtomicInteger wanted = new AtomicInteger();

  /**
   * Looks so.
   *
   * @param look throws nothing
   */
  Looking(Runnable look) {
    this.look = look;
  }

  /** Has it look from now on; does not wait for that. */
  void again() {
    if (wanted.getAndIncrement() == 0) {
      Thread.ofVirtual().name("mcp-looking").start(this::run);
    }
  }

  private void run() {
    int seen;
    do {
      seen = wanted.get();
      look.run();
    } while (!wanted.compareAndSet(seen, 0));
  }
}
