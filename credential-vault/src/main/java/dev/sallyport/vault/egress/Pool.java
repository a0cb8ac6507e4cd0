package dev.sallyport.vault.egress;

import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Connections that are kept and used again, and shared with no other pool, with a bound on how many
 * requests are under way. Thread-safe.
 */
final class Pool implements EgressClient {
  private final PooledEgressClient whole;
  private final Dialer dialer;
  private final Connections connections;
  private final Future<?> expiry;
  private final Semaphore free;

  /**
   * A pool.
   *
   * @param expiry is ended with it
   * @param most the most requests under way at once
   */
  Pool(
      PooledEgressClient whole,
      Dialer dialer,
      Connections connections,
      Future<?> expiry,
      int most) {
    this.whole = whole;
    this.dialer = dialer;
    this.connections = connections;
    this.expiry = expiry;
    this.free = new Semaphore(most);
  }

  @Override
  public EgressClient pool(int maxConnections) {
    return whole.pool(maxConnections);
  }

  @Override
  public EgressResponse send(EgressRequest request, Lent lent) throws EgressException {
    if (!free.tryAcquire()) {
      throw new EgressException(Reason.BUSY, "as many requests are under way as may be");
    }
    boolean begun = false;
    try {
      var exchange = sent(request, lent);
      begun = true;
      return exchange;
    } finally {
      if (!begun) {
        free.release();
      }
    }
  }

  private Exchange sent(EgressRequest request, Lent lent) throws EgressException {
    var origin = Origin.of(request.uri());
    var kept = connections.take(origin);
    if (kept.isPresent()) {
      var connection = kept.get();
      try {
        return exchange(connection, origin, request, lent);
      } catch (EgressException e) {
        if (!mayRepeat(e, connection, request)) {
          throw e;
        }
      }
    }
    return exchange(dialer.open(origin), origin, request, lent);
  }

  /** How many connections to the address are kept unused. */
  int idle(EgressRequest request) {
    return connections.idle(Origin.of(request.uri()));
  }

  @Override
  public void close() {
    expiry.cancel(false);
    whole.forget(this);
    connections.close();
  }

  private static boolean mayRepeat(
      EgressException e, Connection connection, EgressRequest request) {
    boolean harmless = request.method().equals("GET") || request.method().equals("HEAD");
    return e.reason() == Reason.DISCONNECTED
        && !connection.answered()
        && (harmless || !connection.sentAnything())
        && !Thread.currentThread().isInterrupted();
  }

  private Exchange exchange(Connection connection, Origin origin, EgressRequest request, Lent lent)
      throws EgressException {
    boolean whole = false;
    try {
      connection.begin();
      boolean sent = write(connection, origin, request, lent);
      connection.waitAtMost(request.headTimeout().toNanos());
      var head = HeadReader.read(connection);
      var exchange = answered(connection, request, lent, head, sent);
      whole = true;
      return exchange;
    } finally {
      if (!whole) {
        connection.cut();
      }
    }
  }

  /**
   * Sends the request.
   *
   * @return false if the upstream stopped reading; it may have answered all the same
   */
  private static boolean write(
      Connection connection, Origin origin, EgressRequest request, Lent lent)
      throws EgressException {
    var head = RequestHead.write(connection.buffer(), origin, request, lent.headers(request));
    try {
      connection.send(head.bytes(), head.length(), request.body(), request.headTimeout());
      return true;
    } catch (IOException _) {
      if (!connection.sentAnything()) {
        throw connection.brokenOff();
      }
      return false;
    }
  }

  private Exchange answered(
      Connection connection, EgressRequest request, Lent lent, ResponseHead head, boolean sent)
      throws EgressException {
    long idle = request.idleTimeout().toNanos();
    long max = request.maxResponseBytes();
    boolean chunked = isChunked(head);
    long length = head.contentLength();
    boolean bodiless =
        request.method().equals("HEAD") || head.status() == 204 || head.status() == 304;
    Body raw;
    if (bodiless) {
      raw = new LengthBody(connection, idle, max, 0);
    } else if (chunked) {
      raw = new ChunkedBody(connection, idle, max);
    } else if (length >= 0) {
      raw = new LengthBody(connection, idle, max, length);
    } else {
      raw = new UntilCloseBody(connection, idle, max);
    }
    boolean reusable = sent && head.persistent() && !(raw instanceof UntilCloseBody);
    var decoded = bodiless ? raw : decoded(raw, head, max);
    return new Exchange(connection, this, head, lent.redactor(), raw, decoded, reusable);
  }

  private static boolean isChunked(ResponseHead head) throws EgressException {
    var coding = head.first("transfer-encoding");
    if (coding.isEmpty()) {
      return false;
    }
    boolean understood =
        coding.get().equalsIgnoreCase("chunked") && head.occurrences("transfer-encoding") == 1;
    if (!understood || head.isOld()) {
      throw ResponseHead.malformed("a transfer encoding that was not asked for");
    }
    if (head.first("content-length").isPresent()) {
      throw ResponseHead.malformed("both a length and a transfer encoding");
    }
    return true;
  }

  private static InputStream decoded(Body raw, ResponseHead head, long max) throws EgressException {
    if (head.occurrences("content-encoding") > 1) {
      throw ResponseHead.malformed("an encoding of its body that is not understood");
    }
    return switch (head.first("content-encoding").orElse("").toLowerCase(Locale.ROOT)) {
      case "", "identity" -> raw;
      case "gzip", "x-gzip" -> new GunzippedBody(raw, max);
      default -> throw ResponseHead.malformed("an encoding of its body that is not understood");
    };
  }

  /** An exchange ended whose connection can be used again. */
  void give(Connection connection) {
    connections.give(connection);
    free.release();
  }

  /** An exchange ended whose connection cannot be used again. */
  void end(Connection connection) {
    connection.cut();
    free.release();
  }
}
