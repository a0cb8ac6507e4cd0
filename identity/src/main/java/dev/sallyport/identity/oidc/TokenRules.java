package dev.sallyport.identity.oidc;

/** What the tokens of an issuer are, and whom they name. */
public sealed interface TokenRules permits AccessTokenRules, ServiceAccountRules {}
