package dev.sallyport.identity.trust;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.TokenVerifier;
import dev.sallyport.identity.key.KeyVerifier;
import dev.sallyport.identity.oidc.AccessTokenVerifier;
import dev.sallyport.identity.svid.SvidVerifier;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.Digest;
import dev.sallyport.identity.token.TokenFault;
import dev.sallyport.identity.token.VerifiedTokens;
import java.util.Optional;

/**
 * Verifies bearer tokens of every kind, as the resources of one moment want it.
 *
 * <p>The kind is decided once, and then no other is tried: a key by its prefix; a signed token
 * whose {@code iss} is a configured issuer's as an access token; any other signed token as a
 * JWT-SVID.
 */
record BearerTokens(
    KeyVerifier keys, AccessTokenVerifier accessTokens, SvidVerifier svids, VerifiedTokens verified)
    implements TokenVerifier {
  @Override
  public Optional<Authentication> verify(String token) {
    var asKey = keys.verify(token);
    if (asKey.isPresent() || !CompactToken.hasForm(token)) {
      return asKey;
    }
    var digest = Digest.of(token);
    var known = verified.find(digest);
    if (known.isPresent()) { // by another request, since this one looked
      return Optional.of(new Authenticated(known.get()));
    }
    var generation = verified.generation();
    var answer = verifySigned(token);
    if (answer instanceof Authenticated(Principal principal)) {
      verified.remember(digest, principal, generation);
    }
    return Optional.of(answer);
  }

  @Override
  public Optional<Principal> recall(String token) {
    if (KeyVerifier.takes(token)) {
      return keys.recall(token);
    }
    return token.length() <= CompactToken.MAX_LENGTH
        ? verified.find(Digest.of(token))
        : Optional.empty();
  }

  @Override
  public Optional<String> claimed(String token) {
    if (!CompactToken.hasForm(token)) {
      return Optional.empty();
    }
    try {
      var parsed = CompactToken.parse(token);
      var issuer = accessTokens.issuerOf(parsed);
      return Optional.of(
          issuer.isPresent()
              ? IdentityResources.ISSUER + "/" + issuer.get()
              : IdentityResources.TRUST_DOMAIN + "/" + svids.domainOf(parsed));
    } catch (TokenFault _) {
      return Optional.empty();
    }
  }

  /**
   * Whether a token can only be of an issuer that is not configured: that it is no JWT-SVID either
   * would tell nobody what is missing.
   */
  private static boolean isOfNoWorkload(CompactToken token) {
    return token.claims().has("iss")
        && token.claims().text("sub").filter(it -> it.startsWith("spiffe://")).isEmpty();
  }

  private Authentication verifySigned(String text) {
    try {
      var token = CompactToken.parse(text);
      if (accessTokens.knowsIssuerOf(token)) {
        return accessTokens.verify(token);
      }
      if (token.claims().has("act")) {
        return new Rejected("delegation_not_allowed"); // a workload acts for itself
      }
      return isOfNoWorkload(token) ? new Rejected("unknown_issuer") : svids.verify(token);
    } catch (TokenFault fault) {
      return new Rejected(fault.reason());
    }
  }
}
