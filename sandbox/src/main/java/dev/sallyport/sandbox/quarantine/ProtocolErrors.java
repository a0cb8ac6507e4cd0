package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** Projects a JSON-RPC error: a class from a closed set, and references. */
final class ProtocolErrors {
  private static final double CLASS_BITS = BitBudget.choice(6);

  private ProtocolErrors() {}

  static Projection project(Projector projector, JsonNode error) {
    var view = JsonNodeFactory.instance.objectNode();
    view.put("error", projector.charge(CLASS_BITS) ? classOf(error.path("code")) : "other");
    for (var name : new String[] {"message", "data"}) {
      if (error.has(name)) {
        view.set(name, projector.viewAside(name, error.get(name)));
      }
    }
    return projector.projection(view);
  }

  private static String classOf(JsonNode code) {
    return switch (code.asInt()) {
      case -32700 -> "parse_error";
      case -32600 -> "invalid_request";
      case -32601 -> "method_not_found";
      case -32602 -> "invalid_params";
      case -32603 -> "internal_error";
      default -> "other";
    };
  }
}
