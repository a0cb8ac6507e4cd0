package dev.sallyport.mcp.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The error of a JSON-RPC response. */
public record RpcError(int code, String message, Optional<ObjectNode> data) {
  public static final int PARSE_ERROR = -32_700;
  public static final int INVALID_REQUEST = -32_600;
  public static final int METHOD_NOT_FOUND = -32_601;
  public static final int INVALID_PARAMS = -32_602;
  public static final int INTERNAL_ERROR = -32_603;

  /** There is nothing to read by that URI. Source: MCP up to 2025-11-25. */
  public static final int RESOURCE_NOT_FOUND = -32_002;

  /** What the headers say is not what the body says. Source: MCP 2026-07-28. */
  public static final int HEADER_MISMATCH = -32_020;

  /** The client did not declare what the request needs of it. Source: MCP 2026-07-28. */
  public static final int MISSING_CAPABILITY = -32_021;

  /** The user has to visit a URL first. Source: MCP 2025-11-25. */
  public static final int URL_ELICITATION_REQUIRED = -32_042;

  /** The revision is not one of ours. Source: MCP 2026-07-28. */
  public static final int UNSUPPORTED_VERSION = -32_022;

  /** An error without data. */
  public static RpcError of(int code, String message) {
    return new RpcError(code, message, Optional.empty());
  }

  /** The same, with one more thing in its data. */
  public RpcError with(String name, String value) {
    var more = data.map(ObjectNode::deepCopy).orElseGet(Json::object).put(name, value);
    return new RpcError(code, message, Optional.of(more));
  }

  /** The error as it is on the wire. */
  public ObjectNode toJson() {
    var json = Json.object().put("code", code).put("message", message);
    data.ifPresent(some -> json.set("data", some));
    return json;
  }
}
