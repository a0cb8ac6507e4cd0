package dev.sallyport.identity.audit;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/** The one thread that writes a ledger: takes records in groups and makes each group durable. */
final class LedgerWriter implements Runnable {
  private static final Logger LOG = System.getLogger(EvidenceLedger.class.getName());

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
      var group = queue.take(1);
      while (!group.isEmpty()) {
        write(group);
        group = queue.take(group.size() == 1 ? 1 : 2 * group.size());
      }
      segments.append(RecordEncoder.stopped());
      segments.commit();
      checkpoints.durable(segments.head());
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
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
    for (var record : queue.take(1)) {
      record.finish(false);
    }
  }
}
