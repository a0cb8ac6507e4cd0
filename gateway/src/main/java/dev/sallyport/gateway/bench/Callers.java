package dev.sallyport.gateway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers in this process, each of which does the same thing again and again for some time. */
final class Callers {
  private Callers() {}

  /**
   * Lets them run.
   *
   * @param deed what each does
   */
  static LoadResult run(int callers, Duration time, Runnable deed) {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    var total = new LoadResult.Tally();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<LoadResult.Tally>>();
      for (int i = 0; i < callers; i++) {
        running.add(threads.submit(() -> repeat(deed, end)));
      }
      for (var one : running) {
        total.add(one.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return total.after(Duration.ofNanos(System.nanoTime() - start));
  }

  private static LoadResult.Tally repeat(Runnable deed, long end) {
    var tally = new LoadResult.Tally();
    long before = System.nanoTime();
    while (before < end) {
      deed.run();
      long after = System.nanoTime();
      tally.answered(after - before, true);
      before = after;
    }
    return tally;
  }
}
