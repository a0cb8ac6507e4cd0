package dev.sallyport.identity.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate with its private key.
 *
 * @param chain the certificate, then those that certify one another
 * @param key the private key of the first
 */
public record OwnCertificate(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = "whose key is this".getBytes(StandardCharsets.US_ASCII);

  public OwnCertificate {
    chain = List.copyOf(chain);
  }

  /** The first moment at which the certificate no longer holds. */
  public Instant expiresAt() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** Whether the key is that of the certificate. */
  boolean matches() {
    try {
      var signature = Signature.getInstance(algorithm());
      signature.initSign(key);
      signature.update(PROBE);
      var signed = signature.sign();
      signature.initVerify(chain.getFirst().getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private String algorithm() {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm();
    };
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "OwnCertificate[until " + expiresAt() + "]";
  }
}
