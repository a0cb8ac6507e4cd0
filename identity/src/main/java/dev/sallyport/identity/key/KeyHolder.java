package dev.sallyport.identity.key;

import dev.sallyport.identity.PrincipalId;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * For whom a key stands.
 *
 * @param id the principal that the key's bearer is
 * @param expiresAt the first moment at which the key no longer holds
 * @param disabled whether the key does not hold for the time being
 */
public record KeyHolder(PrincipalId id, Instant expiresAt, boolean disabled) {
  /** The trust domain of principals that are known by their key alone. */
  public static final String OWN_DOMAIN = "sallyport.local";

  private static final Pattern OWN = Pattern.compile(Pattern.quote(OWN_DOMAIN) + "\\.*");

  /** Whether a trust domain is that of keys, or only looks like it. */
  public static boolean isOwn(String trustDomain) {
    return OWN.matcher(trustDomain).matches();
  }

  /** The id of the principal that the key of a team stands for, where it stands for no workload. */
  public static String ownId(String orgId, String teamId, String key) {
    return "spiffe://%s/org/%s/team/%s/key/%s".formatted(OWN_DOMAIN, orgId, teamId, key);
  }
}
