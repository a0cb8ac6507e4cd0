package dev.sallyport.identity;

import dev.sallyport.identity.Authentication.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Whether a request shows what its token is bound to. The one place where that is looked at, and it
 * is for every request, also where the token was verified before.
 */
final class Confirmations {
  private final KeyProofs proofs;
  private final InstantSource clock;

  Confirmations(KeyProofs proofs, InstantSource clock) {
    this.proofs = proofs;
    this.clock = clock;
  }

  /**
   * Looks at one request.
   *
   * @param shown the token, as it was shown
   * @param holder whose token it is
   * @return why the request does not show it; empty if it does
   */
  Optional<Authentication> fault(Presented presented, ShownToken shown, Principal holder) {
    if (!ProtectedResource.takes(presented.resource(), holder.resources())) {
      return rejected("wrong_resource");
    }
    return switch (holder.confirmation()) {
      case Confirmation.Key(String thumbprint) ->
          shown.withProof()
              ? proofs.fault(presented, shown.text(), thumbprint)
              : rejected("proof_missing");
      case Confirmation.None _ -> shown.withProof() ? rejected("not_bound") : Optional.empty();
      case Confirmation.Certificate(String thumbprint) -> {
        if (shown.withProof()) {
          yield rejected("not_bound");
        }
        yield presented.certificates().isEmpty()
            ? rejected("certificate_missing")
            : certificateFault(presented.certificates().getFirst(), thumbprint).map(Rejected::new);
      }
    };
  }

  private static Optional<Authentication> rejected(String reason) {
    return Optional.of(new Rejected(reason));
  }

  private Optional<String> certificateFault(X509Certificate certificate, String thumbprint) {
    boolean same =
        MessageDigest.isEqual(
            thumbprint.getBytes(StandardCharsets.UTF_8),
            Confirmation.Certificate.of(certificate)
                .thumbprint()
                .getBytes(StandardCharsets.US_ASCII));
    if (!same) {
      return Optional.of("certificate_mismatch");
    }
    var now = clock.instant();
    boolean holds =
        !now.isBefore(certificate.getNotBefore().toInstant())
            && now.isBefore(certificate.getNotAfter().toInstant());
    return holds ? Optional.empty() : Optional.of("certificate_expired");
  }
}
