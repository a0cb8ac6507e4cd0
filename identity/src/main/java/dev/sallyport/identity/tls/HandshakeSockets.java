package dev.sallyport.identity.tls;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections of a server that have shaken hands by our rules, whatever the server that uses
 * them is told.
 */
final class HandshakeSockets extends SSLSocketFactory {
  /** How long a handshake may take in all: many at once wait for the processor. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Logger LOG = System.getLogger(HandshakeSockets.class.getName());
  private static final String HTTP = "http/1.1";

  private final SSLSocketFactory sockets;
  private final boolean asksForCertificates;
  private final HandshakeListener listener;
  private final Duration patience;
  private final ScheduledExecutorService deadlines;

  /**
   * Connections of one server.
   *
   * @param patience how long a handshake may take in all
   */
  HandshakeSockets(
      SSLSocketFactory sockets,
      boolean asksForCertificates,
      HandshakeListener listener,
      Duration patience) {
    this.sockets = sockets;
    this.asksForCertificates = asksForCertificates;
    this.listener = listener;
    this.patience = patience;
    this.deadlines = deadlines();
  }

  /** One thread, which is there only as long as a handshake is under way. */
  private static ScheduledExecutorService deadlines() {
    var threads =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("handshake-deadlines").factory());
    threads.setRemoveOnCancelPolicy(true);
    threads.setKeepAliveTime(1, TimeUnit.SECONDS);
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Shakes hands over a connection that was accepted. */
  @Override
  public Socket createSocket(Socket accepted, @Nullable InputStream consumed, boolean autoClose)
      throws IOException {
    var socket = (SSLSocket) sockets.createSocket(accepted, consumed, autoClose);
    socket.setUseClientMode(false);
    socket.setEnabledProtocols(new String[] {ServerTls.VERSION});
    socket.setWantClientAuth(asksForCertificates);
    socket.setHandshakeApplicationProtocolSelector(
        (_, offered) -> offered.contains(HTTP) ? HTTP : "");
    shakeHands(socket, accepted);
    return socket;
  }

  private void shakeHands(SSLSocket socket, Socket accepted) throws IOException {
    var tooLong = new AtomicBoolean();
    var deadline =
        deadlines.schedule(
            () -> giveUp(accepted, tooLong), patience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      socket.startHandshake();
    } catch (IOException e) {
      if (tooLong.get() || isFault(e)) {
        listener.failed();
      }
      accepted.close();
      throw e;
    } finally {
      deadline.cancel(false);
    }
  }

  /** The wait for the next byte has a bound of its own, which a peer that drips never reaches. */
  private static void giveUp(Socket accepted, AtomicBoolean tooLong) {
    tooLong.set(true);
    try {
      accepted.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a connection whose handshake took too long cannot be closed", e);
    }
  }

  /** Whether it is more than that the peer went away. */
  private static boolean isFault(IOException fault) {
    return fault instanceof SSLException && !(fault.getCause() instanceof EOFException);
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket(Socket connected, String host, int port, boolean autoClose) {
    throw noClient();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw noClient();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw noClient();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw noClient();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw noClient();
  }

  private static UnsupportedOperationException noClient() {
    return new UnsupportedOperationException("this is for servers only");
  }
}
