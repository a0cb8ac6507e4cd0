package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Finds what a body says went wrong: {@code {"error": {"message", "type", "code", "param"}}}, the
 * same without the outer object, an error that is a text, a list of what the request has and must
 * not have, or a list of one of these.
 */
final class ErrorShapes {
  /** What stands in a list of steps and is none of the request. */
  private static final Set<String> SAID_BESIDE =
      Set.of("body", "system", "user", "assistant", "tool");

  private ErrorShapes() {}

  /** The error object of a body; missing if there is none. */
  static JsonNode in(JsonNode body) {
    if (body.isArray()) {
      return in(body.path(0));
    }
    var error = body.path("error");
    if (error.isObject()) {
      return error;
    }
    if (error.isTextual()) {
      var plain = JsonNodeFactory.instance.objectNode();
      plain.set("message", error);
      plain.set("code", body.path("code"));
      return plain;
    }
    if (detail(body) instanceof ObjectNode detail) {
      return JsonNodeFactory.instance
          .objectNode()
          .put("message", detail.path("msg").asText(""))
          .put("code", detail.path("type").asText(""))
          .put("param", place(detail.path("loc")));
    }
    return body.path("message").isTextual() ? body : MissingNode.getInstance();
  }

  private static JsonNode detail(JsonNode body) {
    var inner = body.at("/message/detail/0");
    return inner.isObject() ? inner : body.at("/detail/0");
  }

  /** As {@code ["body", "messages", 0, "user", "name"]} says it, with the kind of a message. */
  private static String place(JsonNode steps) {
    var place = new StringBuilder();
    for (var step : steps) {
      if (step.isInt()) {
        place.append('[').append(step.intValue()).append(']');
      } else if (!SAID_BESIDE.contains(step.asText())) {
        place.append(place.isEmpty() ? "" : ".").append(step.asText());
      }
    }
    return place.toString();
  }
}
