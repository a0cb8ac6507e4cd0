package dev.sallyport.identity.workload;

import dev.sallyport.identity.PrincipalId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The gateway's own X.509-SVID.
 *
 * @param id the SPIFFE ID that the certificate names
 * @param chain the gateway's certificate, then those that certify one another up to, and without,
 *     the trust domain's authority
 * @param key the private key of the first certificate
 */
public record OwnSvid(PrincipalId id, List<X509Certificate> chain, PrivateKey key) {
  public OwnSvid {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("an SVID has a certificate");
    }
  }

  /** The last moment at which every certificate of the chain holds. */
  public Instant expiresAt() {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** The moment by which an agent should have renewed it. */
  Instant halfLife() {
    var from = chain.getFirst().getNotBefore().toInstant();
    return from.plus(Duration.between(from, expiresAt()).dividedBy(2));
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "OwnSvid[" + id.value() + " until " + expiresAt() + "]";
  }
}
