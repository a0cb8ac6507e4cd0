package dev.sallyport.identity.revocation;

import dev.sallyport.identity.PrincipalId;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.SpiffeId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a principal out, whatever it shows: also as the user on whose behalf another acts, and as
 * one through whom another came to act.
 *
 * @param principal the id of a workload or of a user, as evidence has it
 * @param until the first moment at which it is let in again, as RFC 3339 has it; never unless given
 * @param reason why, for those who read it later
 */
record RevocationSpec(@Nullable String principal, @Nullable String until, @Nullable String reason) {
  private static final int MAX_REASON = 1_000;

  RevocationSpec {
    var _ = id(principal);
    var _ = instant(until);
    if (reason != null && reason.length() > MAX_REASON) {
      throw new IllegalArgumentException(
          "reason is longer than %d characters".formatted(MAX_REASON));
    }
  }

  PrincipalId who() {
    return id(principal);
  }

  Instant end() {
    return instant(until);
  }

  private static PrincipalId id(@Nullable String text) {
    var message =
        "principal must be spiffe://DOMAIN/PATH or oidc://ISSUER/SUBJECT, as evidence has it: "
            + text;
    if (text == null || !(text.startsWith("spiffe://") || text.startsWith("oidc://"))) {
      throw new IllegalArgumentException(message);
    }
    if (text.startsWith("oidc://") && !PrincipalId.isOfSubject(text)) {
      throw new IllegalArgumentException(
          "principal must be written as evidence has it, such as oidc://corp/ada%40example.com: "
              + text);
    }
    try {
      return new PrincipalId(text.startsWith("spiffe://") ? SpiffeId.parse(text).toString() : text);
    } catch (InvalidSpiffeIdException | IllegalArgumentException e) {
      throw new IllegalArgumentException(message, e);
    }
  }

  private static Instant instant(@Nullable String text) {
    if (text == null) {
      return Instant.MAX;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "until must be a time such as 2026-07-22T00:00:00Z: " + text, e);
    }
  }
}
