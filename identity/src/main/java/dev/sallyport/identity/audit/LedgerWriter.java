package dev.sallyport.identity.audit;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The one thread that writes a ledger: takes records in groups and makes each group durable. */
final class LedgerWriter implements Runnable {
  private static final Logger LOG = System.getLogger(EvidenceLedger.class.getName());

  /** Fewer callers than this gain nothing from waiting for each other. */
  private static final int MANY = 8;

  /** The longest that a group waits to grow: about a slow write. */
  private static final long MAX_LINGER_NANOS = TimeUnit.MICROSECONDS.toNanos(1_500);

  private final CommitQueue queue;
  private final SegmentWriter segments;
  private final CheckpointWriter checkpoints;

  LedgerWriter(CommitQueue queue, SegmentWriter segments, CheckpointWriter checkpoints) {
    this.queue = queue;
    this.segments = segments;
    this.checkpoints = checkpoints;
  }

  @Override
  public void run() {
    try (segments) {
      var group = queue.take(0, 0);
      while (!group.isEmpty()) {
        write(group);
        group = next(group.size());
      }
      segments.append(RecordEncoder.stopped());
      segments.commit();
      checkpoints.durable(segments.head());
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  /**
   * Takes the next group. Where many called at once, it waits for them to call again, as long as
   * there are callers to run meanwhile: what few callers would lose by that, many gain by fewer
   * writes.
   */
  private List<Pending> next(int lastSize) {
    return lastSize < MANY ? queue.take(0, 0) : queue.take(lastSize, MAX_LINGER_NANOS);
  }

  private void write(List<Pending> group) throws IOException {
    boolean durable = false;
    try {
      for (var record : group) {
        segments.append(record.body());
      }
      segments.commit();
      checkpoints.durable(segments.head());
      durable = true;
    } finally {
      for (var record : group) {
        record.finish(durable);
      }
    }
  }

  /**
   * Ends the ledger for good. After a failed write or sync nobody knows what the disk holds, so
   * trying again could claim what is not there.
   */
  private void fail(Throwable cause) {
    LOG.log(
        Level.ERROR, "Evidence cannot be written any more; nothing goes on until a restart", cause);
    queue.close();
    for (var record : queue.take(0, 0)) {
      record.finish(false);
    }
  }
}
