package dev.sallyport.identity.x509;

import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.SpiffeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The name of a workload in its certificate. Source: SPIFFE X509-SVID, section 2. */
final class SubjectName {
  private static final int OTHER_NAME = 0;
  private static final int URI = 6;
  private static final int MAX_LENGTH = 2_048;
  private static final String SCHEME = "spiffe:";

  private SubjectName() {}

  /**
   * The trust domains of which a certificate says to be, the first named first.
   *
   * @throws CertificateFault if its names cannot be read
   */
  static List<String> claimedDomains(X509Certificate certificate) {
    return uris(names(certificate)).stream()
        .map(SubjectName::parse)
        .flatMap(Optional::stream)
        .map(id -> id.getTrustDomain().getName())
        .toList();
  }

  /**
   * The name of a workload. Names of other kinds may stand beside it, but no second URI, none whose
   * form nobody knows, and none that looks like a SPIFFE ID where none is to be.
   *
   * @throws CertificateFault if there is not exactly one
   */
  static SpiffeId of(X509Certificate certificate) {
    var names = names(certificate);
    if (names.stream().anyMatch(SubjectName::isMisplaced)) {
      throw new CertificateFault("misplaced_spiffe_id");
    }
    var uris = uris(names);
    if (uris.isEmpty()) {
      throw new CertificateFault("no_spiffe_id");
    }
    if (uris.size() > 1) {
      throw new CertificateFault("several_uris");
    }
    return parse(uris.getFirst())
        .filter(id -> !id.getPath().isEmpty())
        .orElseThrow(() -> new CertificateFault("bad_spiffe_id"));
  }

  private static List<String> uris(Collection<List<?>> names) {
    return names.stream()
        .filter(name -> name.get(0).equals(URI))
        .map(name -> String.valueOf(name.get(1)))
        .toList();
  }

  private static boolean isMisplaced(List<?> name) {
    if (name.get(0).equals(URI)) {
      return false;
    }
    return name.get(0).equals(OTHER_NAME)
        || String.valueOf(name.get(1)).toLowerCase(Locale.ROOT).contains(SCHEME);
  }

  private static Optional<SpiffeId> parse(String uri) {
    if (uri.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(SpiffeId.parse(uri));
    } catch (InvalidSpiffeIdException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Collection<List<?>> names(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException _) {
      throw new CertificateFault("malformed_certificate");
    }
  }
}
