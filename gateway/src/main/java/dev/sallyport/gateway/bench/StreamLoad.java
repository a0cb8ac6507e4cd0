package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Connections to a port of this machine, each of which asks for one stream after the other, read by
 * one thread.
 */
final class StreamLoad implements AutoCloseable {
  private static final byte[] SENT_AT = StreamUpstream.SENT_AT.getBytes(StandardCharsets.US_ASCII);
  private static final int DIGITS = 19;
  private static final byte[] GOOD = " 200 ".getBytes(StandardCharsets.US_ASCII);
  private static final int STATUS = 13;
  private static final byte[] END = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int CARRIED = 32;
  private static final int BUFFER = 256 * 1_024;

  /** How many may wait for their first event at once. */
  private static final int BEGINNING = 64;

  private final InetSocketAddress address;
  private final byte[] request;
  private final long interval;
  private final Selector selector;
  private final byte[] bytes = new byte[BUFFER];
  private StreamResult result;

  /**
   * Some connections, of which none is open yet.
   *
   * @param interval how long it is from one event to the next
   */
  StreamLoad(Load load, int port, Duration interval) throws IOException {
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    request = load.request();
    this.interval = interval.toNanos();
    result = new StreamResult(interval);
    selector = Selector.open();
  }

  /**
   * Opens more, and waits until all of these have begun to answer. Each asks at once, but only some
   * at a time: whoever answers many at once, each in turn, begins all of them only in the end.
   *
   * @param patience how long none of them may begin
   * @throws IOException if none began for longer
   */
  void open(int number, Duration patience) throws IOException {
    long before = result.begun();
    int asked = 0;
    long heard = System.nanoTime();
    for (long begun = 0; begun < number; ) {
      while (asked < number && asked - begun < BEGINNING) {
        connect();
        asked++;
      }
      selector.select(this::serve, 10);
      long now = System.nanoTime();
      heard = result.begun() - before > begun ? now : heard;
      begun = result.begun() - before;
      if (result.errors() > 0 || now - heard > patience.toNanos()) {
        throw new IOException(
            "only %d of %d streams began, %d broke, the first of them with: %s"
                .formatted(begun, number, result.errors(), result.wrong().orElse("-")));
      }
    }
  }

  private void connect() throws IOException {
    var channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    var connection = new Connection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    connection.ask();
  }

  /** Reads for some time, and tells what came in that time only. */
  StreamResult read(Duration time) throws IOException {
    result = new StreamResult(Duration.ofNanos(interval));
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      selector.select(this::serve, Math.max(1, left / 1_000_000));
    }
    return result;
  }

  /** What came since the last reading began. */
  StreamResult result() {
    return result;
  }

  private void serve(SelectionKey key) {
    if (key.attachment() instanceof Connection connection) {
      try {
        if (!connection.read()) {
          result.broke();
          key.cancel();
          key.channel().close();
        }
      } catch (IOException _) {
        result.broke();
        key.cancel();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (var key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  /** One connection, and where it is in its stream. */
  private final class Connection {
    private final SocketChannel channel;
    private final byte[] carried = new byte[CARRIED];
    private int carry;
    private long askedAt;
    private long lastAt;
    private boolean done;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    void ask() throws IOException {
      askedAt = System.nanoTime();
      lastAt = 0;
      done = false;
      carry = 0;
      var bytesToSend = ByteBuffer.wrap(request);
      while (bytesToSend.hasRemaining()) {
        channel.write(bytesToSend);
      }
    }

    /** Reads what came; says whether the peer still holds the connection. */
    boolean read() throws IOException {
      System.arraycopy(carried, 0, bytes, 0, carry);
      int read = channel.read(ByteBuffer.wrap(bytes, carry, bytes.length - carry));
      if (read < 0) {
        return false;
      }
      int length = carry + read;
      if (lastAt == 0 && carry == 0 && length > STATUS && find(GOOD, 0, STATUS) < 0) {
        result.wrong(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        return false;
      }
      int used = look(length, System.nanoTime());
      if (done && find(LAST, used, length) >= 0) {
        result.ended();
        ask();
        return true;
      }
      int kept = Math.min(length - used, CARRIED);
      System.arraycopy(bytes, length - kept, carried, 0, kept);
      carry = kept;
      return true;
    }

    /** Notes each event; says how many bytes are of no more interest. */
    private int look(int length, long now) {
      int used = 0;
      for (int at = find(SENT_AT, 0, length);
          at >= 0 && at + SENT_AT.length + DIGITS <= length;
          at = find(SENT_AT, used, length)) {
        used = at + SENT_AT.length + DIGITS;
        note(number(at + SENT_AT.length), now);
      }
      int end = find(END, used, length);
      done |= end >= 0;
      return end >= 0 ? end : used;
    }

    private void note(long sentAt, long now) {
      if (lastAt == 0) {
        result.began(now - askedAt);
      } else {
        result.followed(now - lastAt);
      }
      lastAt = now;
      result.arrived(now - sentAt);
    }
  }

  private long number(int from) {
    long number = 0;
    for (int i = from; i < from + DIGITS; i++) {
      number = number * 10 + (bytes[i] - '0');
    }
    return number;
  }

  private int find(byte[] wanted, int from, int length) {
    for (int i = from; i <= length - wanted.length; i++) {
      int k = 0;
      while (k < wanted.length && bytes[i + k] == wanted[k]) {
        k++;
      }
      if (k == wanted.length) {
        return i;
      }
    }
    return -1;
  }
}
