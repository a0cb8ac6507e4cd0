package dev.sallyport.identity.audit;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Signs what is durable, on its own thread: after {@value #RECORDS} records, though ten times a
 * second at most, or after a second if there was something new, and at the end.
 */
final class CheckpointWriter implements Runnable {
  static final long RECORDS = 1_000;

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LEAST_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String origin;
  private final SigningKeys keys;
  private final CheckpointFile file;
  private final Consumer<Throwable> onFailure;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition due = lock.newCondition();
  private final Condition end = lock.newCondition();
  private volatile LedgerHead head;
  private volatile long signed;
  private volatile boolean stopping;

  CheckpointWriter(
      String origin,
      SigningKeys keys,
      CheckpointFile file,
      LedgerHead head,
      Consumer<Throwable> onFailure) {
    this.origin = origin;
    this.keys = keys;
    this.file = file;
    this.head = head;
    this.onFailure = onFailure;
  }

  /** Says what is durable now. */
  void durable(LedgerHead newHead) {
    head = newHead;
    if (newHead.size() - signed >= RECORDS) {
      wake();
    }
  }

  /** Signs once more and ends. */
  void stop() {
    stopping = true;
    wake();
  }

  @Override
  public void run() {
    try (file) {
      while (!stopping) {
        await();
        sign();
      }
      sign();
      file.force();
    } catch (IOException | RuntimeException | Error e) {
      onFailure.accept(e);
    }
  }

  private void await() {
    lock.lock();
    try {
      for (long left = LEAST_INTERVAL_NANOS; !stopping && left > 0; ) {
        left = end.awaitNanos(left);
      }
      long left = INTERVAL_NANOS - LEAST_INTERVAL_NANOS;
      while (!stopping && left > 0 && head.size() - signed < RECORDS) {
        left = due.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      stopping = true;
    } finally {
      lock.unlock();
    }
  }

  private void sign() throws IOException {
    var now = head;
    if (now.size() > signed) {
      file.append(Checkpoint.sign(origin, now, keys));
      signed = now.size();
    }
  }

  private void wake() {
    lock.lock();
    try {
      due.signal();
      if (stopping) {
        end.signal();
      }
    } finally {
      lock.unlock();
    }
  }
}
