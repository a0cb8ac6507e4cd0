package dev.sallyport.identity.oidc;

/** An issuer's keys cannot be had now. */
public final class KeysUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  KeysUnavailableException(Throwable cause) {
    super("an issuer's keys cannot be had now", cause);
  }
}
