package dev.sallyport.vault.egress;

import dev.sallyport.vault.egress.EgressException.Reason;
import java.io.InputStream;
import java.util.Arrays;

/** A body as it comes over the connection, counted against what is allowed. */
abstract class Body extends InputStream {
  private static final int FIRST_ROOM = 2 * 1024;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final Connection connection;
  private final long idleNanos;
  private final long max;
  private long count;
  private boolean limited;
  private long end;
  private boolean finished;
  private volatile boolean closed;

  Body(Connection connection, long idleNanos, long max) {
    this.connection = connection;
    this.idleNanos = idleNanos;
    this.max = max;
  }

  /** Reads what is left of the body's content; -1 at its end. */
  abstract int readContent(byte[] target, int offset, int length) throws EgressException;

  /** How many bytes are left for certain, as far as that is known. */
  long knownLeft() {
    return FIRST_ROOM;
  }

  final Connection connection() {
    return connection;
  }

  /** Whether it was read to its end. */
  final boolean isFinished() {
    return finished;
  }

  final void finish() {
    finished = true;
  }

  @Override
  public final int read(byte[] target, int offset, int length) throws EgressException {
    if (closed) {
      throw new EgressException(Reason.DISCONNECTED, "the answer was closed");
    }
    if (length == 0) {
      return 0;
    }
    if (finished) {
      return -1;
    }
    connection.waitAtMost(patience());
    int read = readContent(target, offset, length);
    if (read < 0) {
      finished = true;
      return -1;
    }
    count += read;
    if (count > max) {
      throw tooLarge();
    }
    return read;
  }

  private long patience() {
    return limited ? Math.min(idleNanos, end - System.nanoTime()) : idleNanos;
  }

  /** Has reads end by a moment, by {@link System#nanoTime}, at the latest. */
  final void endAt(long nanoTime) {
    limited = true;
    end = nanoTime;
  }

  @Override
  public final int read() throws EgressException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final byte[] readAllBytes() throws EgressException {
    long room = Math.min(knownLeft(), max) + 1;
    var all = new byte[(int) Math.min(room, 1 << 20)];
    int length = 0;
    while (true) {
      if (length == all.length) {
        all = Arrays.copyOf(all, grown(length));
      }
      int read = read(all, length, all.length - length);
      if (read < 0) {
        return length == all.length ? all : Arrays.copyOf(all, length);
      }
      length += read;
    }
  }

  private static int grown(int length) throws EgressException {
    if (length == MAX_ARRAY) {
      throw tooLarge();
    }
    return (int) Math.min(2L * length, MAX_ARRAY);
  }

  /** Reads what is left if all of it is here already. */
  final void finishWithoutWaiting() {
    connection.stopWaiting();
    var scratch = new byte[4 * 1024];
    int left = Connection.BUFFER_SIZE;
    try {
      while (!finished && left > 0) {
        left -= Math.max(read(scratch, 0, scratch.length), 0);
      }
    } catch (EgressException _) {
      finished = false;
    }
  }

  /** Ends reading: no byte of a later exchange can come out of this body. */
  final void forbid() {
    closed = true;
  }

  static EgressException tooLarge() {
    return new EgressException(Reason.TOO_LARGE, "the answer is larger than was allowed");
  }
}
