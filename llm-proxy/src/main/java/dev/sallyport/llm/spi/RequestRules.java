package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Predicate;

/** What every chat request must have, whoever answers it. */
final class RequestRules {
  private static final int MAX_MODEL_LENGTH = 256;
  private static final List<String> COUNTS = List.of("max_tokens", "max_completion_tokens", "n");
  private static final List<String> FLAGS = List.of("stream", "parallel_tool_calls");
  private static final List<String> NUMBERS = List.of("temperature", "top_p");
  private static final List<String> OBJECTS =
      List.of("stream_options", "provider", "response_format");

  private RequestRules() {}

  static void check(ObjectNode request) {
    var model = request.path("model");
    if (!model.isTextual() || model.textValue().isEmpty()) {
      throw ChatRequest.malformed("\"model\" must be the name of a model, as a text.");
    }
    if (model.textValue().length() > MAX_MODEL_LENGTH) {
      throw ChatRequest.malformed("\"model\" is longer than any model's name.");
    }
    checkMessages(request.path("messages"));
    COUNTS.forEach(field -> checkCount(field, request.path(field)));
    FLAGS.forEach(
        field -> require(field, request.path(field), JsonNode::isBoolean, "true or false"));
    NUMBERS.forEach(field -> require(field, request.path(field), JsonNode::isNumber, "a number"));
    OBJECTS.forEach(field -> require(field, request.path(field), JsonNode::isObject, "an object"));
    require("tools", request.path("tools"), JsonNode::isArray, "a list");
    for (var field : List.of("stream_options/include_usage", "provider/require_parameters")) {
      require(field, request.at("/" + field), JsonNode::isBoolean, "true or false");
    }
  }

  private static void checkMessages(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      throw ChatRequest.malformed("\"messages\" must be a list of at least one message.");
    }
    int index = 0;
    for (var message : messages) {
      if (!message.isObject() || !message.path("role").isTextual()) {
        throw ChatRequest.malformed(
            "\"messages/%d\" must be an object with a \"role\".".formatted(index));
      }
      index++;
    }
  }

  private static void checkCount(String field, JsonNode value) {
    require(
        field,
        value,
        count -> count.isIntegralNumber() && count.canConvertToInt() && count.intValue() >= 1,
        "a whole number of at least 1");
  }

  private static void require(String field, JsonNode value, Predicate<JsonNode> rule, String form) {
    if (!value.isMissingNode() && !value.isNull() && !rule.test(value)) {
      throw ChatRequest.malformed("\"%s\" must be %s.".formatted(field, form));
    }
  }
}
