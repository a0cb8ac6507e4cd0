package dev.sallyport.sandbox.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Starts processes, all from one platform thread that lives as long as this process.
 *
 * <p>A sandboxed process dies with its parent, and to Linux the parent is the thread that started
 * it: started from a pooled or virtual thread, it would be killed when that thread ends. Make one
 * and keep it. Thread-safe.
 */
public final class Spawner {
  private final BlockingQueue<FutureTask<Process>> requests = new LinkedBlockingQueue<>();

  public Spawner() {
    Thread.ofPlatform().daemon().name("spawner").start(this::run);
  }

  /**
   * Starts a process.
   *
   * @throws IOException if it cannot be started
   */
  public Process start(ProcessBuilder builder) throws IOException {
    var request = new FutureTask<>(builder::start);
    requests.add(request);
    try {
      return request.get();
    } catch (ExecutionException e) {
      throw new IOException("the process cannot be started", e.getCause());
    } catch (InterruptedException _) {
      abandon(request);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before the process was started");
    }
  }

  /** Ends the process that nobody waits for any more, now or when it has started. */
  private void abandon(FutureTask<Process> request) {
    requests.add(
        new FutureTask<>(() -> {
          var started = request.get();
          started.destroyForcibly();
          return started;
        }));
  }

  private void run() {
    while (true) {
      try {
        requests.take().run();
      } catch (InterruptedException _) {
        // Nobody may end this thread: its children would end with it.
      }
    }
  }
}
