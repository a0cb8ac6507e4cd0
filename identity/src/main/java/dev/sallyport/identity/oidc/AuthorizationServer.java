package dev.sallyport.identity.oidc;

/**
 * Where clients get access tokens that are taken here.
 *
 * @param issuer its issuer identifier
 * @param rules what the tokens must be
 */
public record AuthorizationServer(String issuer, AccessTokenRules rules) {}
