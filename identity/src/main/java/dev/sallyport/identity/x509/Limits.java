package dev.sallyport.identity.x509;

import java.io.IOException;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/**
 * The limits that an authority's own certificate sets to what is below it. Source: RFC 5280,
 * sections 4.2.1.9 and 4.2.1.10.
 */
final class Limits {
  private static final String NAME_CONSTRAINTS = "2.5.29.30";

  private Limits() {}

  /**
   * Whether there may be such a path below an authority.
   *
   * @param path the peer's own certificate first, without the authority
   */
  static boolean allow(X509Certificate authority, List<X509Certificate> path) {
    long between = path.stream().skip(1).filter(one -> !isSelfIssued(one)).count();
    return between <= authority.getBasicConstraints() && hasItsNames(authority, path);
  }

  private static boolean isSelfIssued(X509Certificate one) {
    return one.getSubjectX500Principal().equals(one.getIssuerX500Principal());
  }

  private static boolean hasItsNames(X509Certificate authority, List<X509Certificate> path) {
    var constraints = authority.getExtensionValue(NAME_CONSTRAINTS);
    if (constraints == null) {
      return true;
    }
    try {
      var selector = new X509CertSelector();
      selector.setNameConstraints(content(constraints));
      return path.stream().allMatch(selector::match);
    } catch (IOException _) {
      return false;
    }
  }

  /** What an octet string of DER holds. */
  private static byte[] content(byte[] octets) {
    int header = octets[1] >= 0 ? 2 : 2 + (octets[1] & 0x7f);
    return Arrays.copyOfRange(octets, header, octets.length);
  }
}
