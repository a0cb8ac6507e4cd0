package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.RpcError;

/** What a client said to something that a server asked of it. */
public sealed interface ClientAnswer {
  /** A result, as the client wrote it. */
  record Given(ObjectNode result) implements ClientAnswer {}

  /** A JSON-RPC error. */
  record Refused(ObjectNode error) implements ClientAnswer {
    /** What is said for a client that cannot be asked this. */
    public static Refused unknownMethod() {
      return new Refused(RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found").toJson());
    }
  }
}
