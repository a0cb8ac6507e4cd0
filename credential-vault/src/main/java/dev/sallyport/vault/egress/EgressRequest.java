package dev.sallyport.vault.egress;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * A request to an upstream.
 *
 * @param uri http or https, without user information
 * @param body not copied: never changed after this
 * @param idleTimeout the longest wait for the head of the answer, and between two reads of its body
 * @param maxResponseBytes the most bytes of body that are read
 */
@SuppressWarnings("ArrayRecordComponent") // one copy less on the hot path, compared by no one
public record EgressRequest(
    String method,
    URI uri,
    List<Header> headers,
    byte[] body,
    Duration idleTimeout,
    long maxResponseBytes) {
  public EgressRequest {
    headers = List.copyOf(headers);
  }

  /** A header field. Refuses CR, LF and NUL. */
  public record Header(String name, String value) {
    public Header {
      for (var text : List.of(name, value)) {
        for (int i = 0; i < text.length(); i++) {
          char c = text.charAt(i);
          if (c == '\r' || c == '\n' || c == 0) {
            throw new IllegalArgumentException("a header holds no line ends");
          }
        }
      }
    }
  }
}
