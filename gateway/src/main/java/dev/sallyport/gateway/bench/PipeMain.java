package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * The least that a proxy can do: for each connection one to the upstream, and bytes copied both
 * ways. Prints its port, and ends when its standard input does.
 */
public final class PipeMain {
  private static final int BACKLOG = 1_024;

  private PipeMain() {}

  /**
   * Runs it.
   *
   * @param arguments the upstream's port on this machine
   */
  public static void main(String[] arguments) throws IOException {
    int upstream = Integer.parseInt(arguments[0]);
    try (var server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> accept(server, upstream));
      System.out.println(server.getLocalPort());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void accept(ServerSocket server, int upstreamPort) {
    while (!server.isClosed()) {
      try {
        var client = server.accept();
        var upstream = new Socket(InetAddress.getLoopbackAddress(), upstreamPort);
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> copy(client, upstream));
        Thread.ofVirtual().start(() -> copy(upstream, client));
      } catch (IOException _) {
        return;
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // Either side may end the connection at any moment.
    }
  }
}
