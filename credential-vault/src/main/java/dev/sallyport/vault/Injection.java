package dev.sallyport.vault;

/** How a destination wants a secret. */
public sealed interface Injection {
  /**
   * As a request header, for a credential that does not name its own.
   *
   * @param prefix what stands before the secret, such as {@code "Bearer "}; may be empty
   */
  record Header(String name, String prefix) implements Injection {}

  /** As an environment variable of a server's process. */
  record Variable(String name) implements Injection {}
}
