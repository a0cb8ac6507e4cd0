package dev.sallyport.identity.key;

import dev.sallyport.identity.PrincipalId;
import java.time.Instant;

/**
 * For whom a key stands.
 *
 * @param id the principal that the key's bearer is
 * @param expiresAt the first moment at which the key no longer holds
 * @param disabled whether the key does not hold for the time being
 */
public record KeyHolder(PrincipalId id, Instant expiresAt, boolean disabled) {}
