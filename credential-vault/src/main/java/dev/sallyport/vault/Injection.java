package dev.sallyport.vault;

/** How a destination wants a secret. */
public sealed interface Injection {
  /**
   * As a request header, for a credential that does not name its own.
   *
   * @param prefix what stands before the secret, such as {@code "Bearer "}; may be empty
   */
  record Header(String name, String prefix) implements Injection {}

  /**
   * As a signature over the request by AWS's Signature Version 4, for a credential that holds a key
   * pair; one that holds a bearer key goes as it is.
   *
   * @param region such as {@code eu-central-1}
   * @param service the service's signing name, such as {@code bedrock}
   */
  record SigV4(String region, String service) implements Injection {}

  /**
   * As a short-lived access token of Google, which a credential that holds a service account's key
   * is exchanged for; one that holds an access token goes as it is.
   *
   * @param scope what the token is for, such as {@code
   *     https://www.googleapis.com/auth/cloud-platform}
   */
  record GoogleToken(String scope) implements Injection {}

  /** As an environment variable of a server's process. */
  record Variable(String name) implements Injection {}
}
