package dev.sallyport.identity.tls;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections of a server that have shaken hands by our rules, whatever the server that uses
 * them is told.
 */
final class HandshakeSockets extends SSLSocketFactory {
  private static final String HTTP = "http/1.1";

  private final SSLSocketFactory sockets;
  private final boolean asksForCertificates;
  private final HandshakeListener listener;

  HandshakeSockets(
      SSLSocketFactory sockets, boolean asksForCertificates, HandshakeListener listener) {
    this.sockets = sockets;
    this.asksForCertificates = asksForCertificates;
    this.listener = listener;
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
    try {
      socket.startHandshake();
      return socket;
    } catch (SSLException e) {
      if (!(e.getCause() instanceof EOFException)) {
        listener.failed();
      }
      socket.close();
      throw e;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
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
