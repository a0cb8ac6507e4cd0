package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.quarantine.ShownPart.Why;

/** Projects a JSON-RPC error: a class from a closed set, and references to what it says. */
final class ProtocolErrors {
  /** Six classes, with a message or not, with data or not. */
  private static final double CLASS_BITS = BitBudget.choice(6 * 2 * 2);

  private static final String OTHER = "other";

  private ProtocolErrors() {}

  static Projection project(Projector projector, JsonNode error) {
    var view = JsonNodeFactory.instance.objectNode();
    if (!projector.charge(CLASS_BITS)) {
      var held = projector.hold("message", Kind.VALUE, Why.BUDGET_SPENT, error);
      return projector.projection(view.put("error", OTHER).set("message", held));
    }
    view.put("error", classOf(error.path("code")));
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
      default -> OTHER;
    };
  }
}
