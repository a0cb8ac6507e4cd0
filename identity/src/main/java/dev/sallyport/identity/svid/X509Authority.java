package dev.sallyport.identity.svid;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the certificates of those that sign X.509-SVIDs. One that may sign no certificate is passed
 * over: whoever builds a path would not ask that of an authority.
 */
final class X509Authority {
  private static final int KEY_CERT_SIGN = 5;

  private X509Authority() {}

  /** The first certificate of a JWK: the others do not count. Source: X509-SVID, section 6.2. */
  static Optional<X509Certificate> ofJwk(JsonNode key) {
    try {
      var all = certificates(Base64.getDecoder().decode(key.path("x5c").path(0).asText("")));
      return all.size() == 1
          ? all.stream()
              .filter(X509Authority::maySign)
              .filter(one -> one.getPublicKey().getAlgorithm().equals(key.path("kty").asText("")))
              .findFirst()
          : Optional.empty();
    } catch (CertificateException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Those among the certificates that follow one another in this text.
   *
   * @throws CertificateException if anything in it is no certificate
   */
  static Set<X509Certificate> ofDer(byte[] der) throws CertificateException {
    return certificates(der).stream()
        .filter(X509Authority::maySign)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<X509Certificate> certificates(byte[] der) throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(der))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  private static boolean maySign(X509Certificate certificate) {
    var usage = certificate.getKeyUsage();
    return certificate.getBasicConstraints() >= 0 && (usage == null || usage[KEY_CERT_SIGN]);
  }
}
