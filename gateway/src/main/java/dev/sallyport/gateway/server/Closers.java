package dev.sallyport.gateway.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be closed, the last opened first; one that fails does not keep the others open. */
final class Closers implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Closers.class.getName());

  private final Deque<Named> opened = new ArrayDeque<>();

  /** Notes a thing to be closed, and gives it back. */
  <T extends AutoCloseable> T opened(String what, T thing) {
    opened.push(new Named(what, thing));
    return thing;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      var next = opened.pop();
      try {
        next.thing().close();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.log(Level.WARNING, next.what() + " did not close in order", e);
      }
    }
  }

  private record Named(String what, AutoCloseable thing) {}
}
