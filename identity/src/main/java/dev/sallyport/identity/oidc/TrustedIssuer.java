package dev.sallyport.identity.oidc;

import dev.sallyport.identity.token.SignatureAlgorithm;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An issuer whose access tokens are taken.
 *
 * @param resource the name of the resource that says so
 * @param issuer the exact text of the {@code iss} claim
 * @param audience what the {@code aud} claim must hold
 * @param algorithms those by which it signs; never empty
 * @param tokenTypes the {@code typ} headers that its access tokens have, in lower case
 * @param requiredScopes what the {@code scope} claim must hold; often empty
 * @param keys where its keys come from
 */
public record TrustedIssuer(
    String resource,
    String issuer,
    String audience,
    Set<SignatureAlgorithm> algorithms,
    Set<String> tokenTypes,
    List<String> requiredScopes,
    IssuerKeys keys) {
  public TrustedIssuer {
    algorithms = Set.copyOf(algorithms);
    requiredScopes = List.copyOf(requiredScopes);
    tokenTypes =
        tokenTypes.stream()
            .map(type -> type.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }
}
