package dev.sallyport.identity.federation;

import dev.sallyport.identity.x509.CertificateFault;
import dev.sallyport.identity.x509.Purpose;
import dev.sallyport.identity.x509.X509SvidVerifier;
import io.spiffe.spiffeid.SpiffeId;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * By an X.509-SVID of exactly one SPIFFE ID: the profile {@code https_spiffe}. The name in the URL
 * proves nothing here, and is not looked at.
 */
public final class SpiffeServerTrust implements ServerTrust {
  private final SpiffeId server;
  private final Supplier<Set<X509Certificate>> authorities;
  private final InstantSource clock;

  /**
   * Trust in one server.
   *
   * @param server whose SVID it must be
   * @param authorities those of the server's trust domain, as they are now
   */
  public SpiffeServerTrust(
      SpiffeId server, Supplier<Set<X509Certificate>> authorities, InstantSource clock) {
    this.server = server;
    this.authorities = authorities;
    this.clock = clock;
  }

  @Override
  public SSLContext context() throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new ExactId()}, new SecureRandom());
    return context;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    try {
      var svid =
          new X509SvidVerifier(Purpose.SERVER)
              .verify(
                  List.of(chain),
                  server.getTrustDomain().getName(),
                  authorities.get(),
                  clock.instant());
      if (!svid.id().equals(server)) {
        throw new CertificateException("wrong_endpoint_id");
      }
    } catch (CertificateFault fault) {
      throw new CertificateException(fault.reason(), fault);
    }
  }

  /** The platform leaves every check to a manager of this kind, that of the name included. */
  private final class ExactId extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
