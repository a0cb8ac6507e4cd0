package dev.sallyport.identity.oidc;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.LacksScope;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.ProtectedResource;
import dev.sallyport.identity.delegation.ActorRules;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.SignatureAlgorithm;
import dev.sallyport.identity.token.TokenFault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Verifies tokens of configured issuers: access tokens, and those of service accounts. Thread-safe.
 * Source: RFC 9068, section 4.
 *
 * <p>By default a token must say that it is an access token ({@code typ: at+jwt}), so an ID token,
 * a refresh token or a grant assertion of the same issuer is of no use here. An issuer that marks
 * its access tokens as plain {@code JWT} has to be configured so; then what plainly is another kind
 * of token is still refused.
 */
public final class AccessTokenVerifier {
  private static final Duration MAX_LIFETIME = Duration.ofDays(1);
  private static final int MAX_SUBJECT_LENGTH = 255;
  private static final int MAX_ACCOUNT_LENGTH = 340;
  private static final String MEDIA_TYPE_PREFIX = "application/";

  private final Map<String, TrustedIssuer> issuers;
  private final InstantSource clock;

  public AccessTokenVerifier(Collection<TrustedIssuer> issuers, InstantSource clock) {
    this.issuers =
        issuers.stream()
            .collect(Collectors.toUnmodifiableMap(TrustedIssuer::issuer, Function.identity()));
    this.clock = clock;
  }

  /** Whether a token claims to be of a configured issuer, and so is to be verified here. */
  public boolean knowsIssuerOf(CompactToken token) {
    return issuerOf(token).isPresent();
  }

  /** The resource of the configured issuer that a token claims to be of. */
  public Optional<String> issuerOf(CompactToken token) {
    return token.claims().text("iss").map(issuers::get).map(TrustedIssuer::resource);
  }

  /** Verifies a token. */
  public Authentication verify(CompactToken token) {
    try {
      var issuer = issuers.get(token.claims().text("iss").orElse(""));
      if (issuer == null) {
        throw new TokenFault("unknown_issuer");
      }
      return switch (issuer.rules()) {
        case AccessTokenRules rules -> accessToken(token, issuer, rules);
        case ServiceAccountRules rules -> serviceAccount(token, issuer, rules);
      };
    } catch (TokenFault fault) {
      return new Rejected(fault.reason());
    } catch (KeysUnavailableException _) {
      return new Unavailable(RemoteKeys.INTERVAL);
    }
  }

  private Authentication accessToken(
      CompactToken token, TrustedIssuer issuer, AccessTokenRules rules)
      throws KeysUnavailableException {
    var algorithm = checkHeader(token, issuer, rules.types());
    var subject = subject(token, MAX_SUBJECT_LENGTH);
    var expiresAt = expiry(token, issuer);
    var resources = rules.resources(token.claims(), issuer.audience());
    rules.check(token.claims());
    var confirmation = rules.confirmation(token.claims());
    checkSignature(token, issuer, algorithm);
    var actors = rules.actors().of(token.claims(), issuer.resource());
    var id = id(issuer, subject);
    var principal =
        new Principal(
            actors.stream().findFirst().orElse(id),
            AuthenticationMethod.ACCESS_TOKEN,
            issuer.resource(),
            expiresAt,
            confirmation,
            AccessTokenRules.scopesOf(token.claims()),
            resources,
            delegation(id, issuer, actors),
            token.claims().signIn());
    return principal.scopes().containsAll(rules.scopes())
        ? new Authenticated(principal)
        : new LacksScope(principal, rules.scopes());
  }

  private Authentication serviceAccount(
      CompactToken token, TrustedIssuer issuer, ServiceAccountRules rules)
      throws KeysUnavailableException {
    var algorithm = checkHeader(token, issuer, ServiceAccountRules.TYPES);
    var subject = subject(token, MAX_ACCOUNT_LENGTH);
    var expiresAt = expiry(token, issuer);
    var resources =
        ProtectedResource.named(token.claims().audiences(), Set.of(issuer.audience()))
            .orElseThrow(() -> new TokenFault("wrong_audience"));
    if (token.claims().has("cnf")) {
      throw new TokenFault("wrong_binding");
    }
    ActorRules.NONE.of(token.claims(), issuer.resource());
    var id = rules.principal(token.claims(), subject);
    checkSignature(token, issuer, algorithm);
    return new Authenticated(
        new Principal(id, AuthenticationMethod.SERVICE_ACCOUNT, issuer.resource(), expiresAt)
            .within(resources));
  }

  private static SignatureAlgorithm checkHeader(
      CompactToken token, TrustedIssuer issuer, Set<String> types) {
    if (token.header().has("crit")) {
      throw new TokenFault("header_not_allowed");
    }
    var type =
        token.header().has("typ") ? token.header("typ").orElse("?").toLowerCase(Locale.ROOT) : "";
    var plain =
        type.startsWith(MEDIA_TYPE_PREFIX) ? type.substring(MEDIA_TYPE_PREFIX.length()) : type;
    if (!types.contains(plain)) {
      throw new TokenFault("wrong_type");
    }
    if (token.header("kid").map(String::isBlank).orElse(true)) {
      throw new TokenFault("no_kid");
    }
    return token
        .header("alg")
        .flatMap(SignatureAlgorithm::named)
        .filter(issuer.algorithms()::contains)
        .orElseThrow(() -> new TokenFault("algorithm_not_allowed"));
  }

  private static String subject(CompactToken token, int maxLength) {
    var subject = token.claims().text("sub").orElseThrow(() -> new TokenFault("no_subject"));
    if (subject.isBlank() || subject.length() > maxLength) {
      throw new TokenFault("bad_subject");
    }
    return subject;
  }

  private static PrincipalId id(TrustedIssuer issuer, String subject) {
    try {
      return PrincipalId.ofSubject(issuer.resource(), subject);
    } catch (IllegalArgumentException _) {
      throw new TokenFault("bad_subject");
    }
  }

  /** On whose behalf the first of those acts who are named as actors. */
  private static Optional<Delegation> delegation(
      PrincipalId user, TrustedIssuer issuer, List<PrincipalId> actors) {
    return actors.isEmpty()
        ? Optional.empty()
        : Optional.of(new Delegation(user, issuer.resource(), actors.subList(1, actors.size())));
  }

  private Instant expiry(CompactToken token, TrustedIssuer issuer) {
    var end = token.claims().checkTimes(clock.instant(), MAX_LIFETIME, issuer.skew());
    if (!token.claims().has("iat")) {
      throw new TokenFault("no_issue_time");
    }
    return end;
  }

  private static void checkSignature(
      CompactToken token, TrustedIssuer issuer, SignatureAlgorithm algorithm)
      throws KeysUnavailableException {
    var kid = token.header("kid").orElseThrow(() -> new TokenFault("no_kid"));
    var key = issuer.keys().find(kid).orElseThrow(() -> new TokenFault("unknown_key"));
    algorithm.check(token, key);
  }
}
