package dev.sallyport.identity.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeSocketsTest {
  private final AtomicInteger failed = new AtomicInteger();

  /** A peer that says nothing, or so little now and then that no single wait is long. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitsForNoHandshakeLongerThanItsPatience(boolean drips) throws Exception {
    var sockets =
        new HandshakeSockets(platform(), false, failed::incrementAndGet, Duration.ofMillis(300));
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var peer = new Socket(server.getInetAddress(), server.getLocalPort());
        var accepted = server.accept()) {
      accepted.setSoTimeout(20_000);
      var dripping = Thread.ofVirtual().start(() -> drip(peer, drips));

      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> sockets.createSocket(accepted, null, true));
      assertThat(accepted.isClosed()).isTrue();
      assertThat(failed).hasValue(1);
      dripping.interrupt();
      dripping.join();
    }
  }

  /** The beginning of a record of 16,384 bytes, and then one byte after the other. */
  private static void drip(Socket peer, boolean drips) {
    try {
      peer.getOutputStream().write(new byte[] {22, 3, 1, 0x40, 0});
      while (drips && !Thread.interrupted()) {
        peer.getOutputStream().write(0);
        Thread.onSpinWait();
      }
    } catch (IOException _) {
      // the other side is gone, as it should be
    }
  }

  private static SSLSocketFactory platform() throws NoSuchAlgorithmException {
    return SSLContext.getDefault().getSocketFactory();
  }
}
