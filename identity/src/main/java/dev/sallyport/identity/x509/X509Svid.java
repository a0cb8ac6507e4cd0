package dev.sallyport.identity.x509;

import io.spiffe.spiffeid.SpiffeId;
import java.time.Instant;

/**
 * What a certificate that holds says.
 *
 * @param id whose it is
 * @param expiresAt the first moment at which it, or one that it stands on, no longer holds
 */
public record X509Svid(SpiffeId id, Instant expiresAt) {}
