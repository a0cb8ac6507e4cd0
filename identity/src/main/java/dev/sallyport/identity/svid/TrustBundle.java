package dev.sallyport.identity.svid;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.token.KeySet;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What one trust domain's SVIDs are proved by. It holds for that domain only: bundles of two
 * domains are never joined. Immutable.
 *
 * <p>An empty bundle is a bundle too: its domain has revoked all its keys, so that no SVID of it
 * holds. Source: SPIFFE Trust Domain and Bundle, section 4; X509-SVID and JWT-SVID, sections 6.
 *
 * @param jwtKeys those that sign JWT-SVIDs
 * @param x509Authorities the certificates of those that sign X.509-SVIDs
 * @param sequence the number of this version, where its publisher counts them
 * @param refreshHint after how long its publisher wants it to be fetched again
 */
public record TrustBundle(
    KeySet jwtKeys,
    Set<X509Certificate> x509Authorities,
    OptionalLong sequence,
    Optional<Duration> refreshHint) {
  private static final String SEQUENCE = "spiffe_sequence";
  private static final String REFRESH_HINT = "spiffe_refresh_hint";

  public TrustBundle {
    x509Authorities = Set.copyOf(x509Authorities);
  }

  /** A bundle that does not say which version it is. */
  public static TrustBundle of(KeySet jwtKeys, Set<X509Certificate> x509Authorities) {
    return new TrustBundle(jwtKeys, x509Authorities, OptionalLong.empty(), Optional.empty());
  }

  /** Whether there is nothing by which any SVID of the domain could be proved. */
  public boolean isEmpty() {
    return jwtKeys.isEmpty() && x509Authorities.isEmpty();
  }

  /** Whether any JWT-SVID of the domain could be proved: keys have no end. */
  public boolean provesTokens() {
    return !jwtKeys.isEmpty();
  }

  /** Whether any X.509-SVID of the domain could be proved at a moment. */
  public boolean provesCertificatesAt(Instant now) {
    return x509Authorities.stream()
        .anyMatch(one ->
            !now.isBefore(one.getNotBefore().toInstant())
                && now.isBefore(one.getNotAfter().toInstant()));
  }

  /**
   * Reads a SPIFFE bundle. Each key is for the one kind of SVID that its use names; those of
   * another use, or of a kind that is not known here, are passed over.
   *
   * @throws IllegalArgumentException if it is no SPIFFE bundle, or holds a private or secret key
   */
  public static TrustBundle ofSpiffe(byte[] document) {
    return read(KeySet.document(document), false);
  }

  /**
   * Reads a SPIFFE bundle, or a plain JWKS, whose keys without a use sign JWT-SVIDs.
   *
   * @throws IllegalArgumentException if it is neither, or holds a private or secret key
   */
  public static TrustBundle ofSpiffeOrJwks(byte[] document) {
    var root = KeySet.document(document);
    return read(root, !isSpiffe(root));
  }

  /**
   * This bundle, where an administrator gives it at first: nobody means to write an empty one.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public TrustBundle requireAny() {
    if (isEmpty()) {
      throw new IllegalArgumentException(
          "must hold at least one public key that proves SVIDs: with the use jwt-svid, or in a"
              + " plain JWKS with none, and a kid; or with the use x509-svid and a certificate in"
              + " x5c");
    }
    return this;
  }

  /**
   * Reads the certificates that follow one another in DER, as a Workload API gives them out.
   *
   * @throws CertificateException if anything in it is no certificate
   */
  public static Set<X509Certificate> x509Authorities(byte[] der) throws CertificateException {
    return X509Authority.ofDer(der);
  }

  private static TrustBundle read(ObjectNode root, boolean isPlain) {
    return new TrustBundle(
        KeySet.select(root, use -> use.map("jwt-svid"::equals).orElse(isPlain)),
        authorities(root),
        number(root, SEQUENCE),
        number(root, REFRESH_HINT).stream().mapToObj(Duration::ofSeconds).findFirst());
  }

  private static boolean isSpiffe(ObjectNode root) {
    if (root.has(SEQUENCE) || root.has(REFRESH_HINT)) {
      return true;
    }
    for (var key : root.path("keys")) {
      if (key.path("use").asText("").endsWith("-svid")) {
        return true;
      }
    }
    return false;
  }

  private static Set<X509Certificate> authorities(ObjectNode root) {
    var authorities = new HashSet<X509Certificate>();
    for (var key : root.path("keys")) {
      if (key.path("use").asText("").equals("x509-svid") && !key.has("kid")) {
        X509Authority.ofJwk(key).ifPresent(authorities::add);
      }
    }
    return authorities;
  }

  private static OptionalLong number(ObjectNode root, String name) {
    var value = root.path(name);
    if (value.isMissingNode()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
      throw new IllegalArgumentException(name + " must be a whole number");
    }
    return OptionalLong.of(value.asLong());
  }
}
