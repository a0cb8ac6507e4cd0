package dev.sallyport.mcp.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;

/** A message that is JSON but not JSON-RPC as MCP has it. */
public final class InvalidRpcException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient JsonNode id;
  private final transient RpcError error;

  InvalidRpcException(String message) {
    this(NullNode.getInstance(), RpcError.of(RpcError.INVALID_REQUEST, message));
  }

  InvalidRpcException(JsonNode id, RpcError error) {
    super(error.message());
    this.id = id;
    this.error = error;
  }

  /** The id to answer with; a JSON null if the message had none that can be used. */
  public JsonNode id() {
    return id;
  }

  public RpcError error() {
    return error;
  }
}
