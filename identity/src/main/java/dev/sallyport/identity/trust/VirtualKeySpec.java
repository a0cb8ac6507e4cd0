package dev.sallyport.identity.trust;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.key.KeyHolder;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.SpiffeId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key for a caller that has neither SPIFFE nor an issuer: it stands in for a workload, or names a
 * team.
 *
 * @param workload the SPIFFE ID that it stands in for
 * @param orgId the organisation whose it is, where it stands in for no workload
 * @param teamId the team whose it is, where it stands in for no workload
 * @param expiresAt the first moment at which it no longer holds, as RFC 3339 has it; never unless
 *     given
 * @param disabled whether it does not hold for the time being
 */
record VirtualKeySpec(
    @Nullable String workload,
    @Nullable String orgId,
    @Nullable String teamId,
    @Nullable String expiresAt,
    boolean disabled) {
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}");

  VirtualKeySpec {
    if (workload == null) {
      segment("orgId", orgId);
      segment("teamId", teamId);
    } else {
      if (orgId != null || teamId != null) {
        throw new IllegalArgumentException("give workload, or orgId and teamId, not both");
      }
      workload(workload);
    }
    if (expiresAt != null) {
      instant(expiresAt);
    }
  }

  /** For whom the key of this resource stands. */
  KeyHolder holder(String name) {
    return new KeyHolder(
        new PrincipalId(
            workload == null
                ? KeyHolder.ownId(Objects.toString(orgId), Objects.toString(teamId), name)
                : workload(workload).toString()),
        expiresAt == null ? Instant.MAX : instant(expiresAt),
        disabled);
  }

  private static SpiffeId workload(String text) {
    try {
      var id = SpiffeId.parse(text);
      if (id.getPath().isEmpty() || text.length() > PrincipalId.MAX_LENGTH) {
        throw new IllegalArgumentException("workload must be spiffe://DOMAIN/PATH: " + text);
      }
      if (KeyHolder.isOwn(id.getTrustDomain().getName())) {
        throw new IllegalArgumentException("workload must not be in the gateway's own domain");
      }
      return id;
    } catch (InvalidSpiffeIdException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "workload must be the SPIFFE ID of a workload, spiffe://DOMAIN/PATH, outside "
              + KeyHolder.OWN_DOMAIN
              + ": "
              + text,
          e);
    }
  }

  private static void segment(String field, @Nullable String value) {
    if (value == null || !SEGMENT.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "give workload, or orgId and teamId; "
              + field
              + " is 1 to 63 of A-Z a-z 0-9 . _ - and does not begin with a dot");
    }
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expiresAt must be a time such as 2026-07-22T00:00:00Z: " + text, e);
    }
  }
}
