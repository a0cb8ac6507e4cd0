package dev.sallyport.identity.oidc;

import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.ProtectedResource;
import dev.sallyport.identity.delegation.ActorRules;
import dev.sallyport.identity.token.Claims;
import dev.sallyport.identity.token.TokenFault;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the access tokens of an issuer are. Source: RFC 9068.
 *
 * @param types the {@code typ} headers that they have, in lower case
 * @param claims those that they must have beside the ones that all must have
 * @param scopes those that they must be given for, whatever is asked; often empty
 * @param perServer whether they must name the very resource that they are sent to (RFC 8707); one that
 *     names the gateway is taken everywhere otherwise
 * @param dpop whether they may, or must, be bound to a key
 * @param certificateBound whether they must be bound to a certificate (RFC 8705)
 * @param actors whom they may name as acting on behalf of their subject (RFC 8693)
 */
public record AccessTokenRules(
    Set<String> types,
    Set<String> claims,
    List<String> scopes,
    boolean perServer,
    ProofOfPossession dpop,
    boolean certificateBound,
    ActorRules actors)
    implements TokenRules {
  /** What an access token's {@code typ} is unless configured otherwise. */
  public static final Set<String> DEFAULT_TYPES = Set.of("at+jwt");

  private static final List<String> OF_OTHER_TOKENS =
      List.of("nonce", "at_hash", "c_hash", "s_hash", "events");
  private static final Set<String> OTHER_TOKENS =
      Set.of("id", "refresh", "offline", "logout", "serialized-id");

  public AccessTokenRules {
    types =
        types.stream()
            .map(type -> type.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    claims = Set.copyOf(claims);
    scopes = List.copyOf(scopes);
  }

  /** Those that name nobody as acting on behalf of their subject. */
  public AccessTokenRules(
      Set<String> types,
      Set<String> claims,
      List<String> scopes,
      boolean perServer,
      ProofOfPossession dpop,
      boolean certificateBound) {
    this(types, claims, scopes, perServer, dpop, certificateBound, ActorRules.NONE);
  }

  /** Those of an issuer about which nothing was said. */
  public static AccessTokenRules standard() {
    return new AccessTokenRules(
        DEFAULT_TYPES, Set.of(), List.of(), false, ProofOfPossession.OFF, false);
  }

  /** Checks that these are claims of an access token. */
  void check(Claims shown) {
    var isOther =
        OF_OTHER_TOKENS.stream().anyMatch(shown::has)
            || shown
                .text("typ")
                .map(type -> OTHER_TOKENS.contains(type.toLowerCase(Locale.ROOT)))
                .orElse(false);
    if (isOther) {
      throw new TokenFault("not_an_access_token");
    }
    if (!claims.stream().allMatch(shown::has)) {
      throw new TokenFault("missing_claim");
    }
  }

  /** What a token is bound to, if it is bound as it must be. */
  Confirmation confirmation(Claims shown) {
    var confirmation = shown.confirmation();
    var holds =
        switch (confirmation) {
          case Confirmation.None _ -> dpop != ProofOfPossession.REQUIRED && !certificateBound;
          case Confirmation.Certificate _ -> dpop != ProofOfPossession.REQUIRED;
          case Confirmation.Key _ -> dpop != ProofOfPossession.OFF && !certificateBound;
        };
    if (!holds) {
      throw new TokenFault("wrong_binding");
    }
    return confirmation;
  }

  /**
   * The paths that a token may be sent to; empty if to all.
   *
   * @param audience the gateway as the issuer knows it
   */
  Set<String> resources(Claims shown, String audience) {
    if (!perServer) {
      return ProtectedResource.named(shown.audiences(), Set.of(audience))
          .orElseThrow(() -> new TokenFault("wrong_audience"));
    }
    var resources =
        shown.audiences().stream()
            .filter(each -> each.equals(audience) || each.startsWith(audience + "/"))
            .map(each -> each.substring(audience.length()))
            .collect(Collectors.toSet());
    if (resources.isEmpty()) {
      throw new TokenFault("wrong_audience");
    }
    return resources;
  }

  /** What a token was given for. Source: RFC 8693, section 4.2. */
  static Set<String> scopesOf(Claims shown) {
    var scopes = new TreeSet<>(Arrays.asList(shown.text("scope").orElse("").split(" ", -1)));
    scopes.remove("");
    return scopes;
  }
}
