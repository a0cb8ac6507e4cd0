package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Revision;
import java.util.Optional;

/** How a server is spoken to. */
sealed interface Dialect {
  /** Before anything is agreed on: how a session is begun. */
  record Beginning() implements Dialect {}

  /** Without sessions: everything stands in each request. */
  record Stateless() implements Dialect {}

  /**
   * In a session.
   *
   * @param id the server's name for it; a server may give none
   * @param revision what the server chose, which may be older than any {@link Revision}
   * @param introduction what the server says of itself
   * @param client as whom it was begun: what the server was told that it may ask for
   */
  record Session(Optional<String> id, String revision, ObjectNode introduction, ClientFace client)
      implements Dialect {}
}
