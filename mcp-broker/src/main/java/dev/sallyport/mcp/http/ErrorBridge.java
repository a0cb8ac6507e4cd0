package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;

/**
 * Gives an upstream's JSON-RPC error the code that it has on the caller's wire. Some codes speak of
 * the connection on which they are sent, and one from behind the gateway would be taken for the
 * gateway's own; some are not of every revision.
 */
final class ErrorBridge {
  /** The codes that MCP keeps for itself from 2026-07-28 on. */
  private static final int FIRST_RESERVED = -32_099;

  private static final int LAST_RESERVED = -32_020;

  private static final int PARSE_ERROR = -32_700;
  private static final int INVALID_REQUEST = -32_600;

  private ErrorBridge() {}

  /** The error as the caller gets it: the same, but for its code. */
  static ObjectNode onto(Revision revision, ObjectNode error) {
    var code = RpcMessage.number(error.path("code"));
    if (code.isEmpty()) {
      return error;
    }
    long bridged = code(revision, code.getAsLong());
    return bridged == code.getAsLong()
        ? error
        : error.deepCopy().put("code", Math.toIntExact(bridged));
  }

  /** The status of HTTP with which an error is sent. */
  static int status(Revision revision, ObjectNode error) {
    boolean bad =
        RpcMessage.number(error.path("code")).stream()
            .anyMatch(code -> code == RpcError.MISSING_CAPABILITY);
    return revision.isStateless() && bad ? 400 : 200;
  }

  private static long code(Revision revision, long code) {
    if ((code == RpcError.MISSING_CAPABILITY && revision.isStateless())
        || (code == RpcError.URL_ELICITATION_REQUIRED && !revision.isStateless())) {
      return code;
    }
    if (code == RpcError.RESOURCE_NOT_FOUND) {
      return revision.isStateless() ? RpcError.INVALID_PARAMS : code;
    }
    boolean ofTheConnection = code == PARSE_ERROR || code == INVALID_REQUEST;
    boolean reserved = code >= FIRST_RESERVED && code <= LAST_RESERVED;
    return ofTheConnection || reserved ? RpcError.INTERNAL_ERROR : code;
  }
}
