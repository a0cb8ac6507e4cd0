package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a server answered, with what was lent taken out. */
public sealed interface UpstreamAnswer {
  /** How many bytes the answer had, on the wire or once it was read. */
  long bytes();

  /** How many secrets were taken out. */
  int redacted();

  /** A result. */
  record Result(ObjectNode result, long bytes, int redacted) implements UpstreamAnswer {}

  /** A JSON-RPC error, as the server wrote it. */
  record Failure(ObjectNode error, long bytes, int redacted) implements UpstreamAnswer {}
}
