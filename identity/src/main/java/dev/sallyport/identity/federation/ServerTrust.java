package dev.sallyport.identity.federation;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** How a bundle endpoint's server proves that it is the one. Thread-safe. */
public sealed interface ServerTrust permits WebServerTrust, SpiffeServerTrust {
  /**
   * The terms of TLS for one poll, as they are now.
   *
   * @throws IOException if they cannot be had
   * @throws GeneralSecurityException if they cannot be used
   */
  SSLContext context() throws IOException, GeneralSecurityException;
}
