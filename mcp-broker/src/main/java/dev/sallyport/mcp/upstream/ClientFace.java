package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.Optional;

/**
 * What a server is told of the client whose request it gets: no more than it may ask that client
 * for. Two clients with equal faces cannot be told apart by it. Its tree is never changed.
 *
 * @param capabilities as in the client's own words, cut to what the server may use
 * @param logLevel the least severity of log messages that the client wants; empty if it named none
 */
public record ClientFace(ObjectNode capabilities, Optional<String> logLevel) {
  /** A client that can be asked for nothing and named no severity. */
  public static final ClientFace PLAIN = new ClientFace(Json.object(), Optional.empty());

  /** Whether nothing sets the client apart, so that it may share a session with others. */
  public boolean isPlain() {
    return capabilities.isEmpty() && logLevel.isEmpty();
  }
}
