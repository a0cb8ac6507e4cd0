package dev.sallyport.mcp.http;

import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the streams of those who listen, on one thread, which is there only while there are
 * any: ends those whose clients do not read. Thread-safe.
 */
final class EventWriters {
  /** How long one write may take once all are to end. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** How often in the time that a write may take it is looked whether one takes longer. */
  private static final int LOOKS = 4;

  private final Set<EventWriter> writers = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Thread> looking = new AtomicReference<>();
  private volatile long patienceNanos;

  /**
   * No streams yet.
   *
   * @param patience how long one write may take
   */
  EventWriters(Duration patience) {
    patienceNanos = patience.toNanos();
  }

  /** Begins a stream of events, which the thread that calls this writes. */
  EventWriter open(ServerResponse response) {
    var writer = new EventWriter(this, response);
    writers.add(writer);
    look();
    return writer;
  }

  void forget(EventWriter writer) {
    writers.remove(writer);
  }

  /** Has no write take long any more. */
  void hurry() {
    patienceNanos = Math.min(patienceNanos, GRACE.toNanos());
    LockSupport.unpark(looking.get());
  }

  private void look() {
    if (looking.get() == null) {
      var thread = Thread.ofVirtual().name("mcp-listeners").unstarted(this::lookAfter);
      if (looking.compareAndSet(null, thread)) {
        thread.start();
      }
    }
  }

  private void lookAfter() {
    try {
      while (!writers.isEmpty()) {
        LockSupport.parkNanos(patienceNanos / LOOKS);
        long before = System.nanoTime() - patienceNanos;
        writers.forEach(writer -> writer.cutIfStuck(before));
      }
    } finally {
      looking.set(null);
    }
    if (!writers.isEmpty()) {
      look();
    }
  }
}
