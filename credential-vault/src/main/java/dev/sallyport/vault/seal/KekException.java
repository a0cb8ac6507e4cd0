package dev.sallyport.vault.seal;

/** The key-encryption key cannot be used; the message says why and what to do. */
public final class KekException extends Exception {
  private static final long serialVersionUID = 1L;

  KekException(String message) {
    super(message);
  }
}
