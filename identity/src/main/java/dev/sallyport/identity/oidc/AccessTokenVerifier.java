package dev.sallyport.identity.oidc;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.LacksScope;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.SignatureAlgorithm;
import dev.sallyport.identity.token.TokenFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Verifies access tokens of configured issuers. Thread-safe. Source: RFC 9068, section 4.
 *
 * <p>By default a token must say that it is an access token ({@code typ: at+jwt}), so an ID token,
 * a refresh token or a grant assertion of the same issuer is of no use here. An issuer that marks
 * its access tokens as plain {@code JWT} has to be configured so; then what plainly is another kind
 * of token is still refused.
 */
public final class AccessTokenVerifier {
  /** What an access token's {@code typ} is unless configured otherwise. */
  public static final Set<String> DEFAULT_TYPES = Set.of("at+jwt");

  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration MAX_LIFETIME = Duration.ofDays(1);
  private static final int MAX_SUBJECT_LENGTH = 255;
  private static final String MEDIA_TYPE_PREFIX = "application/";
  private static final List<String> OF_OTHER_TOKENS =
      List.of("nonce", "at_hash", "c_hash", "s_hash", "events");
  private static final Set<String> OTHER_TOKENS =
      Set.of("id", "refresh", "offline", "logout", "serialized-id");

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
    return token.claims().text("iss").map(issuers::containsKey).orElse(false);
  }

  /** Verifies a token. */
  public Authentication verify(CompactToken token) {
    try {
      var issuer = issuers.get(token.claims().text("iss").orElse(""));
      if (issuer == null) {
        throw new TokenFault("unknown_issuer");
      }
      return authenticate(token, issuer);
    } catch (TokenFault fault) {
      return new Rejected(fault.reason());
    } catch (KeysUnavailableException _) {
      return new Unavailable(RETRY);
    }
  }

  private Authentication authenticate(CompactToken token, TrustedIssuer issuer)
      throws KeysUnavailableException {
    var algorithm = checkHeader(token, issuer);
    var subject = token.claims().text("sub").orElseThrow(() -> new TokenFault("no_subject"));
    if (subject.isBlank() || subject.length() > MAX_SUBJECT_LENGTH) {
      throw new TokenFault("bad_subject");
    }
    var expiresAt = token.claims().checkTimes(clock.instant(), MAX_LIFETIME);
    if (!token.claims().audiences().contains(issuer.audience())) {
      throw new TokenFault("wrong_audience");
    }
    checkKind(token);
    var kid = token.header("kid").orElseThrow(() -> new TokenFault("no_kid"));
    var key = issuer.keys().find(kid).orElseThrow(() -> new TokenFault("unknown_key"));
    algorithm.check(token, key);
    var id = new PrincipalId("oidc://" + issuer.resource() + "/" + percentEncoded(subject));
    if (!scopes(token).containsAll(issuer.requiredScopes())) {
      return new LacksScope(id, issuer.requiredScopes());
    }
    return new Authenticated(
        new Principal(id, AuthenticationMethod.ACCESS_TOKEN, issuer.resource(), expiresAt));
  }

  /** Source: RFC 8693, section 4.2. */
  private static Set<String> scopes(CompactToken token) {
    return new HashSet<>(Arrays.asList(token.claims().text("scope").orElse("").split(" ", -1)));
  }

  private static SignatureAlgorithm checkHeader(CompactToken token, TrustedIssuer issuer) {
    if (token.header().has("crit")) {
      throw new TokenFault("header_not_allowed");
    }
    var type = token.header("typ").orElse("").toLowerCase(Locale.ROOT);
    if (type.startsWith(MEDIA_TYPE_PREFIX)) {
      type = type.substring(MEDIA_TYPE_PREFIX.length());
    }
    if (!issuer.tokenTypes().contains(type)) {
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

  private static void checkKind(CompactToken token) {
    var claims = token.claims();
    var isOther =
        OF_OTHER_TOKENS.stream().anyMatch(claims::has)
            || claims
                .text("typ")
                .map(type -> OTHER_TOKENS.contains(type.toLowerCase(Locale.ROOT)))
                .orElse(false);
    if (isOther) {
      throw new TokenFault("not_an_access_token");
    }
  }

  /** All but the unreserved characters of RFC 3986, section 2.3. */
  private static String percentEncoded(String text) {
    var encoded = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved(each)) {
        encoded.append((char) each);
      } else {
        encoded.append('%').append(String.format(Locale.ROOT, "%02X", each & 0xff));
      }
    }
    return encoded.toString();
  }

  private static boolean isUnreserved(byte each) {
    return (each >= 'a' && each <= 'z')
        || (each >= 'A' && each <= 'Z')
        || (each >= '0' && each <= '9')
        || "-._~".indexOf(each) >= 0;
  }
}
