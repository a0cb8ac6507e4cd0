package dev.sallyport.identity.trust;

import dev.sallyport.identity.delegation.ActorRules;
import dev.sallyport.identity.oidc.AccessTokenRules;
import dev.sallyport.identity.oidc.IssuerKeys;
import dev.sallyport.identity.oidc.ProofOfPossession;
import dev.sallyport.identity.oidc.TokenRules;
import dev.sallyport.identity.oidc.TrustedIssuer;
import dev.sallyport.identity.token.Claims;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An issuer whose tokens are taken: OAuth access tokens, or those of a Kubernetes cluster's service
 * accounts.
 *
 * @param issuer the exact text of the {@code iss} claim
 * @param jwksUri where it publishes its keys: https, or http on this machine; unless given, its
 *     metadata says where
 * @param jwksFile the absolute path of a JWKS file, in the place of that
 * @param audience what the {@code aud} claim must hold: the name of this gateway; below it, where it is an
 *     address, MCP endpoints have theirs
 * @param audiencePerServer whether the {@code aud} claim must hold the audience and the path of the
 *     very MCP endpoint that a token is sent to
 * @param algorithms those by which it signs
 * @param tokenTypes the {@code typ} headers of its access tokens; {@code at+jwt} unless given
 * @param requiredClaims those that a token must have beside {@code iss}, {@code sub}, {@code aud},
 *     {@code exp} and {@code iat}
 * @param requiredScopes what the {@code scope} claim must hold; nothing unless given
 * @param clockSkewSeconds how far its clock may be off; 30 unless given
 * @param dpop {@code off}, {@code optional} or {@code required}: whether tokens may or must be
 *     bound to a key; {@code off} unless given
 * @param certificateBound whether tokens must be bound to a client certificate
 * @param actors whom its tokens may name as acting on behalf of their subject: {@code self}, or
 *     {@code spiffe://DOMAIN}; nobody unless given
 * @param kubernetes whose service accounts these are, where they are
 */
record IssuerSpec(
    String issuer,
    @Nullable String jwksUri,
    @Nullable String jwksFile,
    String audience,
    boolean audiencePerServer,
    List<String> algorithms,
    @Nullable List<String> tokenTypes,
    @Nullable List<String> requiredClaims,
    @Nullable List<String> requiredScopes,
    @Nullable Integer clockSkewSeconds,
    @Nullable String dpop,
    boolean certificateBound,
    @Nullable List<String> actors,
    @Nullable KubernetesSpec kubernetes) {
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,128}"); // RFC 6749, 3.3
  private static final Pattern RESOURCE = Pattern.compile("https?://[^\\s/?#@]+(/[^\\s?#]*[^/])?");
  private static final List<String> NEVER =
      List.of("oauth-id-jag+jwt", "dpop+jwt", "logout+jwt", "secevent+jwt", "wit+jwt");
  private static final int MAX_SKEW_SECONDS = 120;

  IssuerSpec {
    Specs.required("issuer", issuer);
    Specs.required("audience", audience);
    if (jwksUri != null && jwksFile != null) {
      throw new IllegalArgumentException("give jwksUri or jwksFile, not both");
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
      if (tokenTypes.stream().anyMatch(type -> NEVER.contains(type.toLowerCase(Locale.ROOT)))) {
        throw new IllegalArgumentException(
            "tokenTypes may hold none of other tokens, such as " + NEVER);
      }
    }
    requiredClaims = requiredClaims == null ? List.of() : List.copyOf(requiredClaims);
    if (requiredClaims.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("requiredClaims must hold names, such as client_id");
    }
    requiredScopes = requiredScopes == null ? List.of() : List.copyOf(requiredScopes);
    if (!requiredScopes.stream().allMatch(scope -> SCOPE.matcher(scope).matches())) {
      throw new IllegalArgumentException("requiredScopes must hold scopes, such as agents");
    }
    if (requiredScopes.contains("offline_access")) {
      throw new IllegalArgumentException(
          "requiredScopes may not hold offline_access: it is for clients alone");
    }
    if (clockSkewSeconds != null && (clockSkewSeconds < 0 || clockSkewSeconds > MAX_SKEW_SECONDS)) {
      throw new IllegalArgumentException(
          "clockSkewSeconds must be 0 to %d: %d".formatted(MAX_SKEW_SECONDS, clockSkewSeconds));
    }
    if (audiencePerServer && !RESOURCE.matcher(audience).matches()) {
      throw new IllegalArgumentException(
          "audience must be https://host[:port], without a slash at its end, where"
              + " audiencePerServer is true: "
              + audience);
    }
    var possession = proofOfPossession(dpop);
    if (certificateBound && possession == ProofOfPossession.REQUIRED) {
      throw new IllegalArgumentException("give certificateBound, or dpop: required, not both");
    }
    actors = actors == null ? List.of() : List.copyOf(actors);
    var _ = ActorRules.parse(actors);
    if (kubernetes != null) {
      onlyForAccessTokens(
          List.of(
              audiencePerServer,
              tokenTypes != null,
              !requiredClaims.isEmpty(),
              !requiredScopes.isEmpty(),
              dpop != null,
              certificateBound,
              !actors.isEmpty()));
    }
  }

  private static void onlyForAccessTokens(List<Boolean> given) {
    if (given.contains(true)) {
      throw new IllegalArgumentException(
          "where kubernetes is given, audiencePerServer, tokenTypes, requiredClaims,"
              + " requiredScopes, dpop, certificateBound and actors are not");
    }
  }

  private static ProofOfPossession proofOfPossession(@Nullable String dpop) {
    if (dpop == null) {
      return ProofOfPossession.OFF;
    }
    for (var each : ProofOfPossession.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(dpop)) {
        return each;
      }
    }
    throw new IllegalArgumentException("dpop must be off, optional or required: " + dpop);
  }

  /** Where the keys come from. */
  KeyPlace keyPlace() {
    return new KeyPlace(issuer, jwksUri, jwksFile);
  }

  TrustedIssuer trusted(String resource, IssuerKeys keys) {
    return new TrustedIssuer(
        resource,
        issuer,
        audience,
        clockSkewSeconds == null ? Claims.SKEW : Duration.ofSeconds(clockSkewSeconds),
        Specs.algorithms(algorithms),
        keys,
        rules());
  }

  private TokenRules rules() {
    if (kubernetes != null) {
      return kubernetes.rules();
    }
    return new AccessTokenRules(
        tokenTypes == null ? AccessTokenRules.DEFAULT_TYPES : Set.copyOf(tokenTypes),
        Set.copyOf(requiredClaims == null ? List.of() : requiredClaims),
        requiredScopes == null ? List.of() : requiredScopes,
        audiencePerServer,
        proofOfPossession(dpop),
        certificateBound,
        ActorRules.parse(actors == null ? List.of() : actors));
  }

  /** The field that says where the keys come from. */
  String sourceField() {
    if (jwksFile != null) {
      return "jwksFile";
    }
    return jwksUri == null ? "issuer" : "jwksUri";
  }
}
