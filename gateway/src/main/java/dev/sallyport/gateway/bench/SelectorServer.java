package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A server on a port of this machine that does everything on one thread, until it is closed. */
abstract class SelectorServer implements AutoCloseable {
  private static final int BACKLOG = 8_192;

  private final Selector selector;
  private final ServerSocketChannel server;
  private volatile boolean closed;

  SelectorServer() throws IOException {
    selector = Selector.open();
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
  }

  /** Begins to serve; to be called once, when all else is there. */
  final void start(String name) {
    Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** Who reads what comes on a connection. */
  abstract Caller caller(SocketChannel channel);

  /** Serves those who call, and does what is to be done besides: over and over. */
  abstract void work() throws IOException;

  /** Serves callers as soon as some have sent something. */
  final void serve() throws IOException {
    selector.select(this::serve);
  }

  /** The same, but waits no longer than this. */
  final void serve(long millis) throws IOException {
    selector.select(this::serve, millis);
  }

  /**
   * Serves those who have sent something by now.
   *
   * @return how many
   */
  final int serveNow() throws IOException {
    return selector.selectNow(this::serve);
  }

  final int port() {
    return server.socket().getLocalPort();
  }

  @Override
  public final void close() {
    closed = true;
    selector.wakeup();
  }

  private void run() {
    try (server;
        selector) {
      while (!closed) {
        work();
      }
      selector.keys().forEach(key -> closeQuietly(key.channel()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.attachment() instanceof Caller caller) {
        if (!caller.read()) {
          key.channel().close();
        }
      } else {
        accept();
      }
    } catch (IOException | IllegalStateException _) {
      closeQuietly(key.channel());
    }
  }

  private void accept() throws IOException {
    for (var channel = server.accept(); channel != null; channel = server.accept()) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, caller(channel));
    }
  }

  static void closeQuietly(Channel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It is of no more use either way.
    }
  }

  /** One caller's connection. */
  @FunctionalInterface
  interface Caller {
    /** Reads what came; says whether more may come. */
    boolean read() throws IOException;
  }
}
