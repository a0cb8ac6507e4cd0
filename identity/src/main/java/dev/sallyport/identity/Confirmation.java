package dev.sallyport.identity;

import dev.sallyport.identity.digest.Sha256;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * What a proof is bound to, so that it holds only for who can show that, too. A verified token
 * keeps it: it is checked for every request, also where the token was verified before. Source: RFC
 * 7800.
 */
public sealed interface Confirmation {
  /** Whoever has the token may use it. */
  Confirmation NONE = new None();

  /** Whoever has the token may use it. */
  record None() implements Confirmation {}

  /**
   * Only the holder of this certificate may. Source: RFC 8705, section 3.1.
   *
   * @param thumbprint SHA-256 of the certificate, base64url without padding
   */
  record Certificate(String thumbprint) implements Confirmation {
    /** Only the holder of this certificate. */
    public static Certificate of(X509Certificate certificate) {
      try {
        return new Certificate(Sha256.base64Url(certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that came by TLS has an encoding", e);
      }
    }
  }

  /**
   * Only the holder of this key may, by a proof for each request. Source: RFC 9449, section 6.1.
   *
   * @param thumbprint SHA-256 of the key by RFC 7638, base64url without padding
   */
  record Key(String thumbprint) implements Confirmation {}
}
