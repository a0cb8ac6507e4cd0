package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What tools of the quarantine answer, in the form of MCP. */
final class ToolAnswers {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ToolAnswers() {}

  /** Says in our words what was wrong with the arguments of a call. */
  static Projection refused(String reason, int bits) {
    return refused("invalid_arguments", reason, bits);
  }

  /** Says in our words what was wrong with a reference. */
  static Projection refused(UnknownReferenceException unknown) {
    return refused("unknown_reference", unknown.reason().text(), 0);
  }

  /** The code is that by which any tool's refusal is known. */
  private static Projection refused(String code, String reason, int bits) {
    var view = JSON.objectNode().put("error", "refused").put("code", code).put("message", reason);
    return new Projection(result(view, true), 0, bits);
  }

  static Projection of(Projection view) {
    return view.as(result(view.view(), false));
  }

  static ObjectNode result(JsonNode view, boolean failed) {
    var result = JSON.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", view.toString());
    result.set("structuredContent", view);
    return result.put("isError", failed);
  }
}
