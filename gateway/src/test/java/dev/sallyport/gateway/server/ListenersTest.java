package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.socket.SocketOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

final class ListenersTest {
  @Test
  void anEventLeavesWhenItIsWritten() throws Exception {
    var options = SocketOptions.builder();
    Listeners.connections(options);
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = new Socket(server.getInetAddress(), server.getLocalPort());
        var accepted = server.accept()) {
      assertThat(client.isConnected()).isTrue();
      assertThat(accepted.getTcpNoDelay()).isFalse();

      options.build().configureSocket(accepted);

      assertThat(accepted.getTcpNoDelay()).isTrue();
    }
  }
}
