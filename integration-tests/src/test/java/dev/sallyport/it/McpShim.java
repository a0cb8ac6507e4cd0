package dev.sallyport.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Stands between MCP clients and a gateway: remembers which revisions the requests name, adds a
 * token to each if it is to, and leaves all else as it is. Each connection serves one request.
 */
final class McpShim implements AutoCloseable {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final String LINE_END = "\r\n";
  private static final Pattern REVISION = Pattern.compile("(?im)^MCP-Protocol-Version: *(\\S+)");

  private final Set<String> revisions = ConcurrentHashMap.newKeySet();
  private final ServerSocket listener;
  private final URI gateway;
  private final String added;

  private McpShim(URI gateway, String added) {
    this.gateway = gateway;
    this.added = added;
    try {
      listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** One for clients that send a token themselves. */
  static McpShim watching(URI gateway) {
    return new McpShim(gateway, "");
  }

  /** One for clients that cannot send a token. */
  static McpShim authorizing(URI gateway, String token) {
    return new McpShim(gateway, "Authorization: Bearer " + token + LINE_END);
  }

  /** The revisions that the requests named in their headers. */
  Set<String> revisions() {
    return Set.copyOf(revisions);
  }

  /** Where the clients find what the gateway has at its address. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + gateway.getPath());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        return; // it was closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var server = new Socket(gateway.getHost(), gateway.getPort())) {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.getOutputStream().write(forwarded(head(client.getInputStream())));
      var sending =
          Thread.ofVirtual()
              .start(() -> {
                copy(client, server);
                // What has left does not wait for its answer.
                close(server);
              });
      copy(server, client);
      close(client);
      sending.join();
    } catch (IOException _) {
      return; // one of both has left
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The head of a request, with the empty line that ends it. */
  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (var next = in.read(); next >= 0; next = in.read()) {
      head.write(next);
      if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        return head.toString(StandardCharsets.ISO_8859_1);
      }
      if (head.size() > MAX_HEAD_BYTES) {
        throw new IOException("the head is too large");
      }
    }
    throw new IOException("the head has no end");
  }

  /** The head as it goes on. */
  private byte[] forwarded(String head) {
    var revision = REVISION.matcher(head);
    if (revision.find()) {
      revisions.add(revision.group(1));
    }
    var lines = new StringBuilder();
    head.strip()
        .lines()
        .filter(line -> !line.regionMatches(true, 0, "Connection:", 0, "Connection:".length()))
        .forEach(line -> lines.append(line).append(LINE_END));
    lines.append(added).append("Connection: close").append(LINE_END).append(LINE_END);
    return lines.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException _) {
      return; // one of both has left
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      return; // so it is closed
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
