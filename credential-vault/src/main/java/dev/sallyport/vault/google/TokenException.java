package dev.sallyport.vault.google;

import java.io.IOException;

/** No access token was given; the message says why and holds nothing of a secret. */
public final class TokenException extends IOException {
  private static final long serialVersionUID = 1L;

  TokenException(String message) {
    super(message);
  }
}
