package dev.sallyport.identity.oidc;

import dev.sallyport.identity.token.SignatureAlgorithm;
import java.time.Duration;
import java.util.Set;

/**
 * An issuer whose tokens are taken.
 *
 * @param resource the name of the resource that says so
 * @param issuer the exact text of the {@code iss} claim
 * @param audience what the {@code aud} claim must hold
 * @param skew how far its clock may be off from ours
 * @param algorithms those by which it signs; never empty
 * @param keys where its keys come from
 * @param rules what its tokens are, and whom they name
 */
public record TrustedIssuer(
    String resource,
    String issuer,
    String audience,
    Duration skew,
    Set<SignatureAlgorithm> algorithms,
    IssuerKeys keys,
    TokenRules rules) {
  public TrustedIssuer {
    algorithms = Set.copyOf(algorithms);
  }
}
