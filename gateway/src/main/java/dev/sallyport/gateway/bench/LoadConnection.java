package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One kept connection that sends the same request again as soon as it was answered. For one thread.
 */
final class LoadConnection {
  private static final int CHECKED_EVERY = 64;

  private final Load load;
  private final SocketChannel channel;
  private final ByteBuffer request;
  private final ByteBuffer input = ByteBuffer.allocateDirect(16 * 1024);
  private final HttpMessage answer = new HttpMessage();
  private long sentAt;
  private long answers;

  LoadConnection(Load load, InetSocketAddress address, Selector selector) throws IOException {
    this.load = load;
    this.request = ByteBuffer.allocateDirect(load.request().length).put(load.request());
    this.channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Sends the request; it is small enough that the socket takes it whole. */
  void send(long now) throws IOException {
    sentAt = now;
    request.rewind();
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
      boolean good = isGood();
      tally.answered(now - sentAt, good);
      if (!good) {
        tally.wrong(answer.status() + " " + answer.body());
      }
      answer.clear();
      send(now);
    }
    return true;
  }

  void close() throws IOException {
    channel.close();
  }

  private boolean isGood() {
    return answer.status() == 200
        && (answers++ % CHECKED_EVERY != 0 || load.isAnswer().test(answer.body()));
  }
}
