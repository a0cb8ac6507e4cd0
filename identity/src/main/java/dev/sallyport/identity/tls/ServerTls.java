package dev.sallyport.identity.tls;

import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** TLS as a server that shows its newest certificate, and takes any of its peers' for now. */
public final class ServerTls {
  /** The one version that is spoken. */
  public static final String VERSION = "TLSv1.3";

  private ServerTls() {}

  /**
   * Makes a context, for a server that takes its sockets from it. Whoever listens with it must
   * verify the certificates of peers for each request: see {@link
   * dev.sallyport.identity.CertificateVerifier}.
   *
   * @param asksForCertificates whether peers are asked for theirs; they may always do without
   * @param sessionLife how long a session may be resumed
   */
  public static SSLContext context(
      CertificateSource source,
      boolean asksForCertificates,
      Duration sessionLife,
      HandshakeListener listener) {
    try {
      var context = SSLContext.getInstance(VERSION);
      context.init(
          new KeyManager[] {new NewestCertificate(source)},
          new TrustManager[] {new AnyPeer()},
          null);
      context.getServerSessionContext().setSessionTimeout(Math.toIntExact(sessionLife.toSeconds()));
      var sockets =
          new HandshakeSockets(
              context.getSocketFactory(), asksForCertificates, listener, HandshakeSockets.PATIENCE);
      return new ServerContext(context, sockets);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + VERSION, e);
    }
  }
}
