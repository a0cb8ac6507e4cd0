package dev.sallyport.identity.oidc;

import java.io.IOException;

/** The document in which an issuer publishes its keys. */
sealed interface KeyDocument extends AutoCloseable permits WebDocument, DiscoveredKeys {
  /** Where it is looked for, as operators know it. */
  String place();

  /**
   * Fetches it as it is now.
   *
   * @throws NoDocumentException if there is none, it is too long, or it takes too long
   * @throws IOException for a reason in which nothing stands that others wrote
   */
  byte[] fetch() throws IOException;

  @Override
  void close();
}
