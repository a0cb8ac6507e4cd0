package dev.sallyport.identity.oidc;

/** It cannot be said now whether an issuer has a key: it may be said a little later. */
public final class KeysUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  KeysUnavailableException() {
    super("an issuer's keys cannot be had now", null, false, false);
  }
}
