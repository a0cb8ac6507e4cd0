package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * An upstream that answers as fast as it can, on a port of this machine, from one thread, until it
 * is closed.
 */
final class Upstream implements AutoCloseable {
  private static final int BACKLOG = 1_024;

  private final Answers answers;
  private final Selector selector;
  private final ServerSocketChannel server;
  private volatile boolean closed;

  Upstream(Answers answers) throws IOException {
    this.answers = answers;
    selector = Selector.open();
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    Thread.ofPlatform().daemon().name("upstream").start(this::serve);
  }

  int port() {
    return server.socket().getLocalPort();
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }

  private void serve() {
    try (server;
        selector) {
      while (!closed) {
        selector.select(this::serve);
      }
      selector.keys().forEach(Upstream::closeQuietly);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.attachment() instanceof Connection connection) {
        connection.read(answers);
      } else {
        accept();
      }
    } catch (IOException | IllegalStateException _) {
      key.cancel();
      closeQuietly(key);
    }
  }

  private void accept() throws IOException {
    var channel = server.accept();
    if (channel != null) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
    }
  }

  private static void closeQuietly(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException _) {
      // It is of no more use either way.
    }
  }

  /** One caller's connection. */
  private record Connection(SocketChannel channel, HttpMessage request, ByteBuffer input) {
    Connection(SocketChannel channel) {
      this(channel, new HttpMessage(), ByteBuffer.allocateDirect(16 * 1024));
    }

    void read(Answers answers) throws IOException {
      input.clear();
      if (channel.read(input) < 0) {
        channel.close();
      } else if (request.take(input.flip())) {
        var answer = answers.answer(request);
        request.clear();
        while (answer.hasRemaining()) {
          channel.write(answer);
        }
      }
    }
  }
}
