package dev.sallyport.mcp.upstream;

import java.util.Set;

/**
 * What is to be told of a server.
 *
 * @param lists whether its lists are no longer the same
 * @param uris what can be read and may change, by the server's own words
 */
public record Interests(boolean lists, Set<String> uris) {
  public Interests {
    uris = Set.copyOf(uris);
  }

  public boolean isEmpty() {
    return !lists && uris.isEmpty();
  }
}
