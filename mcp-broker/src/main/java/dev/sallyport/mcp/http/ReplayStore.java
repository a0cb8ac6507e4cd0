package dev.sallyport.mcp.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Bounds what is kept of all streams that can be taken up again: those that were written on longest
 * ago are let go of first. Thread-safe.
 */
final class ReplayStore {
  /** How much is kept of all streams of all sessions. */
  static final long MOST_BYTES = 64L << 20;

  private final long most;

  /** How much is kept of each, the one written on longest ago first. Guarded by this. */
  private final SequencedMap<Replay, Long> kept = new LinkedHashMap<>();

  /** Guarded by this. */
  private long total;

  ReplayStore(long most) {
    this.most = most;
  }

  /** Is told that more is kept of a stream. Not for one who holds the lock of any stream. */
  void kept(Replay replay, int bytes) {
    var forgotten = new ArrayList<Replay>();
    synchronized (this) {
      var before = kept.remove(replay);
      kept.putLast(replay, bytes + (before == null ? 0 : before));
      total += bytes;
      while (total > most && kept.size() > 1) {
        var oldest = kept.pollFirstEntry();
        total -= oldest.getValue();
        forgotten.add(oldest.getKey());
      }
    }
    forgotten.forEach(Replay::forget);
  }

  /** Is told that nothing is kept of a stream any more. */
  synchronized void released(Replay replay) {
    var bytes = kept.remove(replay);
    total -= bytes == null ? 0 : bytes;
  }

  /** How much is kept now. */
  synchronized long total() {
    return total;
  }
}
