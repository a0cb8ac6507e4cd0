package dev.sallyport.identity;

import java.time.Instant;

/**
 * A caller whose identity was verified.
 *
 * @param id who it is
 * @param method how it proved that
 * @param authority who vouched: the trust domain, the issuer or the virtual key, by resource name
 * @param expiresAt the first moment at which the proof no longer holds
 */
public record Principal(
    PrincipalId id, AuthenticationMethod method, String authority, Instant expiresAt) {

  /** Sallyport itself, in the named part; it needs no proof and its proof never ends. */
  public static Principal internal(String part) {
    return new Principal(
        new PrincipalId("sallyport:" + part),
        AuthenticationMethod.INTERNAL,
        "sallyport",
        Instant.MAX);
  }
}
