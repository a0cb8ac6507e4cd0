package dev.sallyport.identity.oidc;

/** Whether tokens of an issuer may, or must, be bound to a key of who uses them. RFC 9449. */
public enum ProofOfPossession {
  /** Tokens that are bound to a key are refused. */
  OFF,
  /** Those that are bound to a key hold with a proof only. */
  OPTIONAL,
  /** Those that are not bound to a key are refused. */
  REQUIRED
}
