package dev.sallyport.vault.egress;

import dev.sallyport.vault.egress.EgressException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * A connection and its one buffer, which holds first what is sent and then what comes back. For one
 * thread, save for {@link #cut()}.
 */
final class Connection {
  static final int BUFFER_SIZE = 8 * 1024;

  /** Of the buffer while little comes at a time, as from a stream that lasts. */
  private static final int LEAST_BUFFER_SIZE = 512;

  private static final int SLICE_SIZE = 64 * 1024;

  final Origin origin;
  private byte[] buffer = new byte[BUFFER_SIZE];
  private final SocketChannel channel;
  private final Optional<OutputStream> sealed;
  private final InputStream in;
  private final Stalls stalls;

  private int position;
  private int limit;
  private long deadline;
  private boolean patient = true;
  private boolean answered;
  private long sent;
  private long idleSince;

  /** When what is under way has lasted too long, by {@link System#nanoTime}; 0 if nothing is. */
  private volatile long stalledFrom;

  private volatile boolean silent;

  /** A plain connection where the socket is the channel's own, and a TLS connection otherwise. */
  Connection(Origin origin, SocketChannel channel, Socket socket, Stalls stalls)
      throws IOException {
    this.origin = origin;
    this.channel = channel;
    this.sealed =
        socket instanceof SSLSocket ? Optional.of(socket.getOutputStream()) : Optional.empty();
    this.in = socket.getInputStream();
    this.stalls = stalls;
    stalls.watch(this);
  }

  /** Begins an exchange. */
  void begin() {
    if (buffer.length < BUFFER_SIZE) {
      buffer = new byte[BUFFER_SIZE];
    }
    position = 0;
    limit = 0;
    sent = 0;
    answered = false;
    patient = true;
  }

  /** From now on, reads end at this time. */
  void waitAtMost(long nanos) {
    deadline = System.nanoTime() + nanos;
  }

  /** From now on, reads give only what is here. */
  void stopWaiting() {
    patient = false;
  }

  /** Whether any byte of an answer came in this exchange. */
  boolean answered() {
    return answered;
  }

  /** Whether any byte of a request may have gone out in this exchange. */
  boolean sentAnything() {
    return sent > 0;
  }

  long idleSince() {
    return idleSince;
  }

  void idleFrom(long nanoTime) {
    idleSince = nanoTime;
  }

  /** What it has; another after the next read. */
  byte[] buffer() {
    return buffer;
  }

  int buffered() {
    return limit - position;
  }

  int position() {
    return position;
  }

  int limit() {
    return limit;
  }

  void skip(int count) {
    position += count;
  }

  /** The next byte, or -1 at the end. */
  int next() throws EgressException {
    if (position == limit && fill() < 0) {
      return -1;
    }
    return buffer[position++] & 0xff;
  }

  /** Reads into the empty buffer; -1 at the end. */
  int fill() throws EgressException {
    if (answered) {
      fit();
    }
    position = 0;
    limit = 0;
    int count = receive(buffer, 0, buffer.length);
    limit = Math.max(count, 0);
    return count;
  }

  /** Has the buffer as large as the last read lets expect the next one to be. */
  private void fit() {
    int size = Math.clamp(2L * limit, LEAST_BUFFER_SIZE, BUFFER_SIZE);
    if (size > buffer.length || size < buffer.length / 4) {
      buffer = new byte[size];
    }
  }

  /** Reads what is buffered or else from the socket, past the buffer if that saves a copy. */
  int read(byte[] target, int offset, int length) throws EgressException {
    if (position == limit) {
      if (length >= buffer.length) {
        return receive(target, offset, length);
      }
      if (fill() < 0) {
        return -1;
      }
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }

  private int receive(byte[] target, int offset, int length) throws EgressException {
    if (!patient) {
      return receiveNow(target, offset, length);
    }
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new EgressException(Reason.TIMEOUT, "the upstream is silent");
    }
    stalledFrom = from(deadline);
    try {
      int count = in.read(target, offset, length);
      answered |= count > 0;
      return count;
    } catch (IOException _) {
      throw silent ? new EgressException(Reason.TIMEOUT, "the upstream is silent") : brokenOff();
    } finally {
      stalledFrom = 0;
    }
  }

  private static long from(long nanoTime) {
    return nanoTime == 0 ? 1 : nanoTime;
  }

  /** Says why the connection no longer works. */
  EgressException brokenOff() {
    return silent
        ? new EgressException(Reason.TIMEOUT, "the upstream does not take the request in")
        : new EgressException(Reason.DISCONNECTED, "the upstream broke off");
  }

  private int receiveNow(byte[] target, int offset, int length) throws EgressException {
    try {
      int count = sealed.isPresent() ? 0 : peek(ByteBuffer.wrap(target, offset, length));
      if (count == 0) {
        throw new EgressException(Reason.TIMEOUT, "nothing is here yet");
      }
      return count;
    } catch (IOException _) {
      throw new EgressException(Reason.DISCONNECTED, "the upstream broke off");
    }
  }

  /**
   * Whether an unused connection can be used: it is open, and nothing came that was not asked for.
   */
  boolean isFresh() {
    if (position != limit) {
      return false;
    }
    try {
      return peek(ByteBuffer.allocate(1)) == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private int peek(ByteBuffer target) throws IOException {
    channel.configureBlocking(false);
    try {
      return channel.read(target);
    } finally {
      if (channel.isOpen()) {
        channel.configureBlocking(true);
      }
    }
  }

  /** Sends a request: in one piece if it is small, and in watched pieces otherwise. */
  void send(byte[] head, int headLength, byte[] body, Duration idleTimeout) throws IOException {
    if (body.length <= head.length - headLength) {
      System.arraycopy(body, 0, head, headLength, body.length);
      write(head, 0, headLength + body.length);
      return;
    }
    int first = Math.min(body.length, SLICE_SIZE);
    long nanos = idleTimeout.toNanos();
    try {
      stalledFrom = from(System.nanoTime() + nanos);
      write(head, 0, headLength);
      write(body, 0, first);
      for (int from = first; from < body.length; from += SLICE_SIZE) {
        stalledFrom = from(System.nanoTime() + nanos);
        write(body, from, Math.min(SLICE_SIZE, body.length - from));
      }
    } finally {
      stalledFrom = 0;
    }
  }

  private void write(byte[] bytes, int offset, int length) throws IOException {
    if (sealed.isPresent()) {
      sent += length;
      sealed.get().write(bytes, offset, length);
      return;
    }
    var source = ByteBuffer.wrap(bytes, offset, length);
    while (source.hasRemaining()) {
      sent += channel.write(source);
    }
  }

  /** Ends it if the upstream has taken nothing in, or given nothing out, for too long. */
  void cutIfStalled(long now) {
    long from = stalledFrom;
    if (from != 0 && now - from >= 0) {
      silent = true;
      cut();
    }
  }

  /** Ends it at once, whoever is using it. Thread-safe. */
  void cut() {
    stalls.forget(this);
    try {
      channel.close();
    } catch (IOException _) {
      // It is as closed as it can be.
    }
  }
}
