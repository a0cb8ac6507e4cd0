package dev.sallyport.gateway.demo;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the demo wherever it is when its process is told to end, as by Ctrl-C: the thread that tells
 * the story is interrupted, and given the time to end what it began.
 */
final class DemoEnd implements AutoCloseable {
  private static final long MOST_SECONDS = 20;

  private final Thread story = Thread.currentThread();
  private final Terminal terminal;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean asked;

  private DemoEnd(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Watches over the story that the calling thread begins to tell. */
  static DemoEnd of(Terminal terminal) {
    var end = new DemoEnd(terminal);
    Runtime.getRuntime().addShutdownHook(new Thread(end::end, "end-of-demo"));
    return end;
  }

  private void end() {
    if (over.getCount() == 0) {
      return;
    }
    asked = true;
    terminal.silence();
    story.interrupt();
    try {
      var _ = over.await(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process was told to end, so that whatever failed since tells nothing. */
  boolean isAsked() {
    return asked;
  }

  /** All that the story began has ended. */
  @Override
  public void close() {
    over.countDown();
  }
}
