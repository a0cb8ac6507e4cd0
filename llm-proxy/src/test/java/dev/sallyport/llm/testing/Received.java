package dev.sallyport.llm.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/**
 * A request that a fake provider received.
 *
 * @param headers by lower-case name
 */
@SuppressWarnings("ArrayRecordComponent") // compared by no one
public record Received(String method, String path, Map<String, String> headers, byte[] body) {
  public Received {
    headers = Map.copyOf(headers);
  }

  /** The value of a header; empty if there is none. */
  public String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /** The body as a tree. */
  public ObjectNode json() {
    return Wire.object(body);
  }
}
