package dev.sallyport.identity.x509;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The way from a certificate to one of the authorities that it may stand on. Source: RFC 5280,
 * section 6.
 */
final class CertificatePath {
  /** The most certificates that a peer may show. */
  static final int MAX_LENGTH = 8;

  private CertificatePath() {}

  /**
   * Finds the way.
   *
   * @param chain as the peer has shown it, its own certificate first
   * @return all on the way, the authority last; each of them holds now
   * @throws CertificateFault if there is none
   */
  static List<X509Certificate> find(
      List<X509Certificate> chain, Set<X509Certificate> authorities, Instant now) {
    if (chain.size() > MAX_LENGTH) {
      throw new CertificateFault("chain_too_long");
    }
    var path = new ArrayList<>(below(chain, authorities));
    path.add(validate(path, authorities, now));
    if (path.stream().anyMatch(one -> !now.isBefore(one.getNotAfter().toInstant()))) {
      throw new CertificateFault("certificate_expired");
    }
    return List.copyOf(path);
  }

  /** The chain without an authority that was sent along. */
  private static List<X509Certificate> below(
      List<X509Certificate> chain, Set<X509Certificate> authorities) {
    for (int i = 1; i < chain.size(); i++) {
      if (authorities.contains(chain.get(i))) {
        return chain.subList(0, i);
      }
    }
    return chain;
  }

  private static X509Certificate validate(
      List<X509Certificate> path, Set<X509Certificate> authorities, Instant now) {
    try {
      var anchors = anchors(path, authorities, now);
      if (anchors.isEmpty()) {
        throw new CertificateFault("untrusted_certificate");
      }
      var parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      var result =
          CertPathValidator.getInstance("PKIX")
              .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return ((PKIXCertPathValidatorResult) result).getTrustAnchor().getTrustedCert();
    } catch (CertPathValidatorException e) {
      throw new CertificateFault(code(e.getReason()));
    } catch (CertificateFault fault) {
      throw fault;
    } catch (GeneralSecurityException | RuntimeException _) { // whatever may make it stumble

      throw new CertificateFault("malformed_certificate");
    }
  }

  private static String code(Reason reason) {
    return switch (reason) {
      case BasicReason.EXPIRED -> "certificate_expired";
      case BasicReason.NOT_YET_VALID -> "certificate_not_yet_valid";
      case BasicReason.ALGORITHM_CONSTRAINED -> "weak_certificate";
      case PKIXReason.NOT_CA_CERT, PKIXReason.INVALID_KEY_USAGE, PKIXReason.PATH_TOO_LONG ->
          "issuer_may_not_sign";
      case PKIXReason.INVALID_NAME -> "outside_name_constraints";
      case PKIXReason.UNRECOGNIZED_CRIT_EXT -> "unknown_critical_extension";
      default -> "untrusted_certificate";
    };
  }

  /**
   * The authorities that hold now and may be above the path: the platform looks neither at their
   * times nor at what limits them.
   */
  private static Set<TrustAnchor> anchors(
      List<X509Certificate> path, Set<X509Certificate> authorities, Instant now) {
    return authorities.stream()
        .filter(authority -> Limits.allow(authority, path))
        .filter(authority -> !now.isBefore(authority.getNotBefore().toInstant()))
        .filter(authority -> now.isBefore(authority.getNotAfter().toInstant()))
        .map(authority -> new TrustAnchor(authority, null))
        .collect(Collectors.toSet());
  }
}
