package dev.sallyport.identity.x509;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Verifies X.509-SVIDs: a pure function of what is given. That the peer holds the private key is
 * not looked at here; the TLS handshake proves it.
 *
 * <p>A certificate is checked by the authorities of the trust domain that it names, and by no
 * others, so one domain can never speak for another; what else it says counts only once there is a
 * path to one of them. Source: SPIFFE X509-SVID, sections 2 to 5.
 */
public final class X509SvidVerifier {
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;
  private static final int NO_AUTHORITY = -1;

  private final Purpose purpose;

  /**
   * A verifier.
   *
   * @param purpose what each certificate must be for, where it says what it is for
   */
  public X509SvidVerifier(Purpose purpose) {
    this.purpose = purpose;
  }

  /**
   * The name of the trust domain whose authorities a certificate is to be checked by. Nothing of it
   * is proved.
   *
   * @throws CertificateFault if it names no trust domain
   */
  public static String claimedDomain(List<X509Certificate> chain) {
    return SubjectName.claimedDomains(chain.getFirst()).stream()
        .findFirst()
        .orElseThrow(() -> new CertificateFault("no_spiffe_id"));
  }

  /**
   * Verifies a certificate.
   *
   * @param chain as the peer has shown it, its own certificate first
   * @param domain the name of a trust domain
   * @param authorities those of this trust domain
   * @return whose it is: a workload of this trust domain
   * @throws CertificateFault if it does not hold
   */
  public X509Svid verify(
      List<X509Certificate> chain, String domain, Set<X509Certificate> authorities, Instant now) {
    var path = CertificatePath.find(chain, authorities, now);
    checkStrength(path);
    path.subList(0, path.size() - 1).forEach(this::checkPurpose);
    var leaf = path.getFirst();
    checkUsage(leaf);
    var id = SubjectName.of(leaf);
    if (!id.getTrustDomain().getName().equals(domain)) {
      throw new CertificateFault("wrong_trust_domain");
    }
    checkIntermediates(path.subList(1, path.size() - 1), domain);
    return new X509Svid(id, end(path));
  }

  private static void checkStrength(List<X509Certificate> path) {
    for (int i = 0; i < path.size(); i++) {
      boolean isAnchor = i == path.size() - 1; // it is trusted as it is, whoever signed it
      if (!Strength.suffices(path.get(i).getPublicKey())
          || (!isAnchor && !Strength.isSignedWell(path.get(i)))) {
        throw new CertificateFault("weak_certificate");
      }
    }
  }

  private void checkPurpose(X509Certificate certificate) {
    try {
      var purposes = certificate.getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(purpose.oid())) {
        throw new CertificateFault("wrong_purpose");
      }
    } catch (CertificateParsingException _) {
      throw new CertificateFault("malformed_certificate");
    }
  }

  private static void checkUsage(X509Certificate leaf) {
    if (leaf.getBasicConstraints() != NO_AUTHORITY) {
      throw new CertificateFault("authority_as_workload");
    }
    var usage = leaf.getKeyUsage();
    if (usage == null) {
      throw new CertificateFault("no_key_usage");
    }
    if (!usage[DIGITAL_SIGNATURE]) {
      throw new CertificateFault("no_digital_signature");
    }
    if (usage[KEY_CERT_SIGN] || usage[CRL_SIGN]) {
      throw new CertificateFault("authority_as_workload");
    }
  }

  /** One between the workload and the authority may name its trust domain, and no other. */
  private static void checkIntermediates(List<X509Certificate> intermediates, String domain) {
    for (var intermediate : intermediates) {
      if (!SubjectName.claimedDomains(intermediate).stream().allMatch(domain::equals)) {
        throw new CertificateFault("foreign_intermediate");
      }
    }
  }

  private static Instant end(List<X509Certificate> path) {
    return path.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }
}
