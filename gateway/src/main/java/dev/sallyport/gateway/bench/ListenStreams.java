package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Open streams of {@code subscriptions/listen} at one port, read by one thread. */
final class ListenStreams implements AutoCloseable {
  private static final String CHANGED = "list_changed";
  private static final String BEGUN = "subscriptions/acknowledged";
  private static final String BODY =
      """
      {"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{\
      "notifications":{"toolsListChanged":true},"_meta":{\
      "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientCapabilities":{}}}}\
      """;

  private final InetSocketAddress address;
  private final byte[] request;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1_024);

  ListenStreams(int port, String token) throws IOException {
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    selector = Selector.open();
    request =
        """
        POST /mcp HTTP/1.1\r
        Host: 127.0.0.1:%d\r
        Authorization: Bearer %s\r
        Accept: application/json, text/event-stream\r
        Content-Type: application/json\r
        MCP-Protocol-Version: 2026-07-28\r
        Mcp-Method: subscriptions/listen\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(port, token, BODY.length(), BODY)
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** One stream, and how much of what is looked for its last bytes were. */
  private static final class Stream {
    private final StringBuilder last = new StringBuilder();

    /** Whether what is looked for has come. */
    private boolean hears(ByteBuffer bytes, String wanted) {
      last.append(StandardCharsets.ISO_8859_1.decode(bytes));
      boolean found = last.indexOf(wanted) >= 0;
      last.delete(0, found ? last.length() : Math.max(0, last.length() - wanted.length()));
      return found;
    }
  }

  /**
   * Opens more, and waits until all of these are served.
   *
   * @throws IOException if one is not in time
   */
  void open(int number, Duration patience) throws IOException {
    for (int i = 0; i < number; i++) {
      var channel = SocketChannel.open(address);
      channel.write(ByteBuffer.wrap(request));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, new Stream());
    }
    var _ = hear(BEGUN, number, patience);
  }

  /**
   * Waits until every stream was told of a change.
   *
   * @return how long after the first of them each was
   */
  Histogram awaitAll(Duration patience) throws IOException {
    return hear(CHANGED, selector.keys().size(), patience);
  }

  private Histogram hear(String wanted, int number, Duration patience) throws IOException {
    var heard = new Histogram();
    long end = System.nanoTime() + patience.toNanos();
    long first = 0;
    while (heard.count() < number) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new IOException(
            "only %d of %d streams said %s in time".formatted(heard.count(), number, wanted));
      }
      selector.select(Math.max(1, left / 1_000_000));
      for (var key : selector.selectedKeys()) {
        if (heard(key, wanted)) {
          long now = System.nanoTime();
          first = first == 0 ? now : first;
          heard.record(now - first);
        }
      }
      selector.selectedKeys().clear();
    }
    return heard;
  }

  private boolean heard(SelectionKey key, String wanted) throws IOException {
    buffer.clear();
    if (((SocketChannel) key.channel()).read(buffer) < 0) {
      throw new IOException("a stream was ended");
    }
    return key.attachment() instanceof Stream stream && stream.hears(buffer.flip(), wanted);
  }

  @Override
  public void close() throws IOException {
    for (var key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
