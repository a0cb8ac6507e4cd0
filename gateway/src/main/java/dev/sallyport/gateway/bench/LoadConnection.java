package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * One kept connection that sends the next of some requests as soon as one was answered, and begins
 * again after the last. For one thread.
 */
final class LoadConnection {
  private static final int CHECKED_EVERY = 64;

  private final List<Load> loads;
  private final int step;
  private final SocketChannel channel;
  private final ByteBuffer request;
  private final ByteBuffer input = ByteBuffer.allocateDirect(16 * 1024);
  private final HttpMessage answer = new HttpMessage();
  private long sentAt;
  private int next;
  private long answers;

  /**
   * A connection.
   *
   * @param first the load that it begins with
   * @param step how many loads further the next is, so that several connections share them
   */
  LoadConnection(
      List<Load> loads, int first, int step, InetSocketAddress address, Selector selector)
      throws IOException {
    this.loads = loads;
    this.next = first % loads.size();
    this.step = step;
    int longest = loads.stream().mapToInt(load -> load.request().length).max().orElseThrow();
    this.request = ByteBuffer.allocateDirect(longest);
    this.channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Sends the request; it is small enough that the socket takes it whole. */
  void send(long now) throws IOException {
    sentAt = now;
    request.clear().put(loads.get(next).request()).flip();
    while (request.hasRemaining()) {
      channel.write(request);
    }
  }

  /**
   * Reads what came, and sends the next request if that was the end of an answer.
   *
   * @return whether the peer still holds the connection
   */
  boolean read(LoadResult.Tally tally) throws IOException {
    input.clear();
    int read = channel.read(input);
    if (read < 0) {
      return false;
    }
    if (answer.take(input.flip())) {
      long now = System.nanoTime();
      boolean good = isGood(loads.get(next));
      tally.answered(now - sentAt, good);
      if (!good) {
        tally.wrong(answer.status() + " " + answer.body());
      }
      answer.clear();
      next = (next + step) % loads.size();
      send(now);
    }
    return true;
  }

  void close() throws IOException {
    channel.close();
  }

  private boolean isGood(Load load) {
    return answer.status() == 200
        && (answers++ % CHECKED_EVERY != 0 || load.isAnswer().test(answer.body()));
  }
}
