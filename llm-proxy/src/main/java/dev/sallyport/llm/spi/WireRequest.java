package dev.sallyport.llm.spi;

import java.util.List;
import java.util.Map;

/**
 * A request as a provider wants it.
 *
 * @param path what to add to the provider's base URL
 * @param headers beside those of the content and the credential; {@code Accept} only where it is
 *     not JSON and SSE alike
 * @param dropped the parameters that could not be carried, by their names in the caller's request
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
public record WireRequest(
    String path, Map<String, String> headers, byte[] body, List<String> dropped) {
  public WireRequest {
    headers = Map.copyOf(headers);
    dropped = List.copyOf(dropped);
  }
}
