package dev.sallyport.gateway.testing;

import dev.sallyport.identity.testing.TestingAuthority.Certified;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * An agent that speaks TLS and HTTP/1.1 over one connection at a time, with or without a
 * certificate. It trusts whoever answers: what it is shown is for the test to look at.
 */
public final class TlsClient {
  private final SSLContext context;

  private TlsClient(KeyManager[] keys) {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {new AnyServer()}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One without a certificate. */
  public static TlsClient bare() {
    return new TlsClient(new KeyManager[0]);
  }

  /** One that shows a certificate, and others with it. */
  public static TlsClient showing(Certified certified, X509Certificate... further) {
    try {
      var chain = new X509Certificate[further.length + 1];
      chain[0] = certified.certificate();
      System.arraycopy(further, 0, chain, 1, further.length);
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("own", certified.key(), new char[0], chain);
      var managers = KeyManagerFactory.getInstance("PKIX");
      managers.init(store, new char[0]);
      return new TlsClient(managers.getKeyManagers());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Connects, by one of these versions. */
  public Connection connect(URI gateway, String... versions) throws IOException {
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(gateway.getHost(), gateway.getPort());
    try {
      socket.setSoTimeout(30_000);
      if (versions.length > 0) {
        socket.setEnabledProtocols(versions);
      }
      socket.startHandshake();
      return new Connection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Connects, asks once, and closes. */
  public Answer ask(URI gateway, String request, String... headers) throws IOException {
    try (var connection = connect(gateway)) {
      return connection.ask(request, headers);
    }
  }

  /** What was answered. */
  public record Answer(int status, List<String> headers, String body) {
    /** The value of a header, or nothing. */
    public String header(String name) {
      return headers.stream()
          .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  /** A connection that is kept. */
  public static final class Connection implements AutoCloseable {
    private final SSLSocket socket;
    private final BufferedReader in;

    private Connection(SSLSocket socket) throws IOException {
      this.socket = socket;
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    /** Sends a request without a body, such as {@code GET /mcp}, and reads the answer. */
    public Answer ask(String request, String... headers) throws IOException {
      var text = new StringBuilder(request).append(" HTTP/1.1\r\nHost: ");
      text.append("127.0.0.1:").append(socket.getPort()).append("\r\nContent-Length: 0\r\n");
      List.of(headers).forEach(header -> text.append(header).append("\r\n"));
      socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      var lines = in.lines().takeWhile(line -> !line.isEmpty()).toList();
      var head = new Answer(Integer.parseInt(lines.getFirst().substring(9, 12)), lines, "");
      var length = head.header("Content-Length");
      return new Answer(head.status, lines, length.isEmpty() ? "" : read(Integer.parseInt(length)));
    }

    private String read(int length) throws IOException {
      var body = new char[length];
      int read = 0;
      while (read < length) {
        read += in.read(body, read, length - read);
      }
      return new String(body);
    }

    /** Whether the other side has closed it. */
    public boolean isEnded() throws IOException {
      return in.read() < 0;
    }

    /** When the TLS session of this connection was made. */
    public long sessionBegun() {
      return socket.getSession().getCreationTime();
    }

    /** The certificate that the gateway has shown. */
    public X509Certificate shown() throws IOException {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static final class AnyServer extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
