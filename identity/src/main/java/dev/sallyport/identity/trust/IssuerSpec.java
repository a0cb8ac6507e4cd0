package dev.sallyport.identity.trust;

import dev.sallyport.identity.oidc.AccessTokenVerifier;
import dev.sallyport.identity.oidc.FileKeys;
import dev.sallyport.identity.oidc.IssuerKeys;
import dev.sallyport.identity.oidc.RemoteKeys;
import dev.sallyport.identity.oidc.TrustedIssuer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An OAuth issuer whose access tokens are taken.
 *
 * @param issuer the exact text of the {@code iss} claim
 * @param jwksUri where it publishes its keys: https, or http on this machine
 * @param jwksFile the absolute path of a JWKS file
 * @param audience what the {@code aud} claim must hold: the name of this gateway
 * @param algorithms those by which it signs
 * @param tokenTypes the {@code typ} headers of its access tokens; {@code at+jwt} unless given
 * @param requiredScopes what the {@code scope} claim must hold; nothing unless given
 */
record IssuerSpec(
    String issuer,
    @Nullable String jwksUri,
    @Nullable String jwksFile,
    String audience,
    List<String> algorithms,
    @Nullable List<String> tokenTypes,
    @Nullable List<String> requiredScopes) {
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,128}"); // RFC 6749, 3.3

  IssuerSpec {
    Specs.required("issuer", issuer);
    Specs.required("audience", audience);
    if ((jwksUri == null) == (jwksFile == null)) {
      throw new IllegalArgumentException("give one of jwksUri and jwksFile");
    }
    Specs.absolutePath("jwksFile", jwksFile);
    if (algorithms == null || Specs.algorithms(algorithms).isEmpty()) {
      throw new IllegalArgumentException("algorithms is required, such as [ES256]");
    }
    algorithms = List.copyOf(algorithms);
    if (tokenTypes != null) {
      tokenTypes = List.copyOf(tokenTypes);
      if (tokenTypes.isEmpty() || tokenTypes.stream().anyMatch(String::isBlank)) {
        throw new IllegalArgumentException("tokenTypes must hold one, such as at+jwt");
      }
    }
    requiredScopes = requiredScopes == null ? List.of() : List.copyOf(requiredScopes);
    if (!requiredScopes.stream().allMatch(scope -> SCOPE.matcher(scope).matches())) {
      throw new IllegalArgumentException("requiredScopes must hold scopes, such as agents");
    }
  }

  /**
   * Opens the source of the keys.
   *
   * @throws IllegalArgumentException if it cannot be used
   */
  IssuerKeys open() {
    return jwksFile == null
        ? new RemoteKeys(Specs.required("jwksUri", jwksUri))
        : new FileKeys(Path.of(jwksFile));
  }

  TrustedIssuer trusted(String resource, IssuerKeys keys) {
    return new TrustedIssuer(
        resource,
        issuer,
        audience,
        Specs.algorithms(algorithms),
        tokenTypes == null ? AccessTokenVerifier.DEFAULT_TYPES : Set.copyOf(tokenTypes),
        requiredScopes == null ? List.of() : requiredScopes,
        keys);
  }

  /** The field that says where the keys come from. */
  String sourceField() {
    return jwksFile == null ? "jwksUri" : "jwksFile";
  }
}
