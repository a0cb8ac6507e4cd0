package dev.sallyport.vault.egress;

import dev.sallyport.vault.Redactor;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One answer under way on a connection, which it holds until it ends. */
final class Exchange implements EgressResponse {
  private final Connection connection;
  private final Pool pool;
  private final ResponseHead head;
  private final Redactor redactor;
  private final Body raw;
  private final InputStream body;
  private final boolean reusable;
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * An answer.
   *
   * @param raw the body as it comes
   * @param decoded the same, decoded
   * @param reusable whether the connection can be used again once the body was read
   */
  Exchange(
      Connection connection,
      Pool pool,
      ResponseHead head,
      Redactor redactor,
      Body raw,
      InputStream decoded,
      boolean reusable) {
    this.connection = connection;
    this.pool = pool;
    this.head = head;
    this.redactor = redactor;
    this.raw = raw;
    this.body = redactor.redact(decoded);
    this.reusable = reusable;
  }

  @Override
  public int status() {
    return head.status();
  }

  @Override
  public Optional<String> header(String name) {
    return head.first(name).map(redactor::redact);
  }

  @Override
  public void endWithin(Duration left) {
    raw.endAt(System.nanoTime() + left.toNanos());
  }

  @Override
  public InputStream body() {
    return body;
  }

  @Override
  public void close() {
    if (reusable && !raw.isFinished() && !ended.get()) {
      raw.finishWithoutWaiting();
    }
    if (ended.compareAndSet(false, true)) {
      raw.forbid();
      if (reusable && raw.isFinished() && connection.buffered() == 0) {
        pool.give(connection);
      } else {
        pool.end(connection);
      }
    }
  }

  @Override
  public void abort() {
    if (ended.compareAndSet(false, true)) {
      raw.forbid();
      pool.end(connection);
    }
  }
}
