package dev.sallyport.identity;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Checks the certificate that a peer has shown in the TLS handshake; that it holds the private key
 * is proved there.
 */
public interface CertificateVerifier {
  /**
   * Verifies a certificate.
   *
   * @param chain the peer's own certificate, then what it has shown with it; never empty
   */
  Authentication verify(List<X509Certificate> chain);

  /** Whose a certificate is, if it held lately and holds now: much cheaper than to verify it. */
  default Optional<Principal> recall(List<X509Certificate> chain) {
    return Optional.empty();
  }

  /** Takes no certificate. */
  static CertificateVerifier none() {
    return _ -> new Authentication.Rejected("certificate_not_taken");
  }
}
