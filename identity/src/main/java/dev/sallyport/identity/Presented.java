package dev.sallyport.identity;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * All that a request shows of who sent it.
 *
 * @param authorizations the values of all {@code Authorization} headers
 * @param certificates the chain that the peer has shown in the TLS handshake, its own first; empty
 *     if it has shown none
 * @param proofs the values of all {@code DPoP} headers
 * @param method the HTTP method
 * @param uri where the request was sent to, without query and fragment; empty where there are no
 *     proofs
 * @param resource the path of the protected resource that it was sent to, such as {@code /mcp/crm}
 *     or {@link ProtectedResource#CONTROL_PLANE}; empty for the gateway as a whole
 */
public record Presented(
    List<String> authorizations,
    List<X509Certificate> certificates,
    List<String> proofs,
    String method,
    String uri,
    String resource) {
  public Presented {
    authorizations = List.copyOf(authorizations);
    certificates = List.copyOf(certificates);
    proofs = List.copyOf(proofs);
  }

  /** Never shows what would prove somebody. */
  @Override
  public String toString() {
    return "Presented[" + method + " " + uri + resource + "]";
  }

  /** Shows nothing but what its {@code Authorization} headers say. */
  public static Presented bearer(List<String> authorizations) {
    return new Presented(authorizations, List.of(), List.of(), "", "", "");
  }
}
