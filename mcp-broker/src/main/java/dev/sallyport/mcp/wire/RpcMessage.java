package dev.sallyport.mcp.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;

/** One JSON-RPC message. Its trees are those that were read, so that unknown fields survive. */
public sealed interface RpcMessage {
  /**
   * Asks for an answer.
   *
   * @param id a text or an integer, kept as it was sent
   * @param params an empty object where there were none
   */
  record Request(JsonNode id, String method, ObjectNode params) implements RpcMessage {}

  /** Asks for no answer. */
  record Notification(String method, ObjectNode params) implements RpcMessage {}

  /** Answers with a result. */
  record Response(JsonNode id, ObjectNode result) implements RpcMessage {}

  /**
   * Answers with an error.
   *
   * @param id a JSON null where the peer could not tell what it answers
   * @param error as it was sent
   */
  record Failure(JsonNode id, ObjectNode error) implements RpcMessage {}

  /**
   * Makes a message of a tree. There are no batches.
   *
   * @throws InvalidRpcException if it is none
   */
  static RpcMessage of(JsonNode tree) throws InvalidRpcException {
    if (tree.isArray()) {
      throw new InvalidRpcException("Batches are not part of MCP. Send one message.");
    }
    if (!(tree instanceof ObjectNode message)) {
      throw new InvalidRpcException("A message is an object.");
    }
    var id = id(message);
    if (!"2.0".equals(message.path("jsonrpc").textValue())) {
      throw new InvalidRpcException(id, invalid("A message says \"jsonrpc\": \"2.0\"."));
    }
    return message.has("method") ? asked(message, id) : answered(message, id);
  }

  private static RpcMessage asked(ObjectNode message, JsonNode id) throws InvalidRpcException {
    var method = message.path("method").textValue();
    if (method == null || message.has("result") || message.has("error")) {
      throw new InvalidRpcException(id, invalid("A method is a text and comes without a result."));
    }
    var params = message.has("params") ? message.get("params") : Json.object();
    if (!(params instanceof ObjectNode named)) {
      throw new InvalidRpcException(id, invalid("The params are an object."));
    }
    if (!message.has("id")) {
      return new Notification(method, named);
    }
    if (id.isNull()) {
      throw new InvalidRpcException("An id is a text or an integer.");
    }
    return new Request(id, method, named);
  }

  private static RpcMessage answered(ObjectNode message, JsonNode id) throws InvalidRpcException {
    if (message.has("result") == message.has("error")) {
      throw new InvalidRpcException(id, invalid("A message has a method, a result or an error."));
    }
    if (message.get("result") instanceof ObjectNode result && !id.isNull()) {
      return new Response(id, result);
    }
    if (message.get("error") instanceof ObjectNode error && isWhole(error.path("code"))) {
      return new Failure(id, error);
    }
    throw new InvalidRpcException(id, invalid("An answer holds an object and the id it answers."));
  }

  /**
   * The number that an id, a token or a code is; empty if it is none, is no whole one or no {@code
   * long}. However it is written it is the same: 1.0 is 1. Source: JSON Schema 2020-12, {@code
   * integer}.
   */
  static OptionalLong number(JsonNode value) {
    return isWhole(value) && value.canConvertToLong()
        ? OptionalLong.of(value.longValue())
        : OptionalLong.empty();
  }

  /** Whether a value can be an id or a token: a text or a whole number. */
  static boolean isName(JsonNode value) {
    return value.isTextual() || isWhole(value);
  }

  /**
   * The one form of an id or a token, which is the same however it was written and can be looked up
   * by: that of 1.0 and 10e-1 is that of 1. A text stays as it is, and so does what is no name.
   */
  static JsonNode nameKey(JsonNode value) {
    return isWhole(value) ? DecimalNode.valueOf(value.decimalValue().stripTrailingZeros()) : value;
  }

  private static boolean isWhole(JsonNode value) {
    return value.isNumber() && value.canConvertToExactIntegral();
  }

  private static JsonNode id(ObjectNode message) throws InvalidRpcException {
    var id = message.get("id");
    if (id == null || id.isNull()) {
      return NullNode.getInstance();
    }
    if (!isName(id)) {
      throw new InvalidRpcException("An id is a text or an integer.");
    }
    return id;
  }

  private static RpcError invalid(String message) {
    return RpcError.of(RpcError.INVALID_REQUEST, message);
  }

  /** A request as it is on the wire. */
  static ObjectNode request(JsonNode id, String method, ObjectNode params) {
    var message = notification(method, params);
    message.set("id", id);
    return message;
  }

  /** A notification as it is on the wire. */
  static ObjectNode notification(String method, ObjectNode params) {
    var message = Json.object().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    return message;
  }

  /** An answer as it is on the wire. */
  static ObjectNode response(JsonNode id, ObjectNode result) {
    var message = Json.object().put("jsonrpc", "2.0");
    message.set("id", id);
    message.set("result", result);
    return message;
  }

  /** An error as it is on the wire. */
  static ObjectNode failure(JsonNode id, RpcError error) {
    return failure(id, error.toJson());
  }

  /** An error as it is on the wire, as its sender wrote it. */
  static ObjectNode failure(JsonNode id, ObjectNode error) {
    var message = Json.object().put("jsonrpc", "2.0");
    message.set("id", id);
    message.set("error", error);
    return message;
  }
}
