package dev.sallyport.mcp.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after the streams of all calls that are under way, on one thread, which is there only while
 * there are any: has those speak that are silent, and ends those whose callers do not read.
 * Thread-safe.
 */
final class CallStreams {
  /** How long one write may take. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How often in the shortest time between two signs of life it is looked whether one is due. */
  private static final int LOOKS = 4;

  private final long keepAliveNanos;
  private final long callKeepAliveNanos;
  private final Set<CallStream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();

  /**
   * No streams yet.
   *
   * @param keepAlive how often a stream that says nothing else says that it is still there
   * @param callKeepAlive the same for calls that their callers give up by leaving
   */
  CallStreams(Duration keepAlive, Duration callKeepAlive) {
    this.keepAliveNanos = keepAlive.toNanos();
    this.callKeepAliveNanos = callKeepAlive.toNanos();
  }

  /** Looks after a stream until it is forgotten. */
  void watch(CallStream stream) {
    streams.add(stream);
    look();
  }

  void forget(CallStream stream) {
    streams.remove(stream);
  }

  private void look() {
    if (!looking.get() && looking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("mcp-streams").start(this::lookAfter);
    }
  }

  private void lookAfter() {
    try {
      while (!streams.isEmpty()) {
        LockSupport.parkNanos(Math.min(keepAliveNanos, callKeepAliveNanos) / LOOKS);
        streams.forEach(this::lookAfter);
      }
    } finally {
      looking.set(false);
    }
    if (!streams.isEmpty()) {
      look();
    }
  }

  /** Looks after one stream, once. */
  void lookAfter(CallStream stream) {
    long now = System.nanoTime();
    if (isSignDue(stream, now - stream.silentSince())) {
      stream.stillThere();
    }
    stream.cutIfStuck(now - PATIENCE.toNanos());
  }

  /**
   * Whether a stream is to say that it is still there. The first write after a caller has left
   * still succeeds, so where leaving counts a second sign follows the first with the next look.
   */
  private boolean isSignDue(CallStream stream, long silentNanos) {
    return stream.leavingCancels()
        ? stream.isAsking() || silentNanos >= callKeepAliveNanos
        : silentNanos >= keepAliveNanos;
  }
}
