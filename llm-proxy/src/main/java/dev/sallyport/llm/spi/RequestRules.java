package dev.sallyport.llm.spi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What every chat request must have, whoever answers it. */
final class RequestRules {
  private static final int MAX_MODEL_LENGTH = 256;
  private static final List<String> COUNTS = List.of("max_tokens", "max_completion_tokens", "n");
  private static final List<String> FLAGS = List.of("stream", "parallel_tool_calls");
  private static final List<String> NUMBERS = List.of("temperature", "top_p");
  private static final List<String> OBJECTS =
      List.of("stream_options", "provider", "response_format");

  private static final List<Inner> FLAGS_IN_OBJECTS =
      Inner.all(
          "stream_options/include_usage",
          "provider/require_parameters",
          "provider/allow_fallbacks");
  private static final List<Inner> LISTS_OF_NAMES =
      Inner.all("provider/order", "provider/only", "provider/ignore");
  private static final int MAX_MODELS = 8;
  private static final String A_LIST_OF_MODELS = "a list of at most " + MAX_MODELS + " models";

  /** What is decided on, in whatever form of request. */
  private static final Names DECISIVE =
      Names.of(
          "functions",
          "input",
          "max_completion_tokens",
          "max_output_tokens",
          "max_tokens",
          "mcp_servers",
          "messages",
          "model",
          "models",
          "n",
          "plugins",
          "provider",
          "service_tier",
          "store",
          "stream",
          "stream_options",
          "system",
          "tools",
          "web_search_options");

  private static final Names DECISIVE_IN_MESSAGES =
      Names.of(
          "content", "function_call", "reasoning_details", "role", "tool_call_id", "tool_calls");

  private RequestRules() {}

  /** Some providers read a member whose name has other capitals as the one that is meant here. */
  static void checkNames(ObjectNode request) {
    checkNames(request, DECISIVE);
  }

  private static void checkNames(JsonNode object, Names decisive) {
    for (var member : object.properties()) {
      var name = member.getKey();
      if (decisive.areMeantBy(name)) {
        throw ChatRequest.malformed("\"%s\" must be written in small letters.".formatted(name));
      }
    }
  }

  static void check(ObjectNode request) {
    checkNames(request);
    checkModels(request.path("models"));
    var model = request.path("model");
    if (model.isMissingNode() && !request.path("models").isEmpty()) {
      model = request.path("models").path(0);
    }
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
    for (var list : LISTS_OF_NAMES) {
      checkNamesOf(list.name(), request.at(list.place()));
    }
    for (var flag : FLAGS_IN_OBJECTS) {
      require(flag.name(), request.at(flag.place()), JsonNode::isBoolean, "true or false");
    }
    ProviderRules.check(request.path("provider"));
  }

  private static void checkNamesOf(String field, JsonNode list) {
    require(field, list, JsonNode::isArray, "a list of names");
    for (var one : list) {
      require(field, one, JsonNode::isTextual, "a list of names");
    }
  }

  private static void checkModels(JsonNode models) {
    require(
        "models", models, list -> list.isArray() && list.size() <= MAX_MODELS, A_LIST_OF_MODELS);
    for (var model : models) {
      require("models", model, JsonNode::isTextual, "a list of names of models");
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
      checkNames(message, DECISIVE_IN_MESSAGES);
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

  static void require(String field, JsonNode value, Predicate<JsonNode> rule, String form) {
    if (!value.isMissingNode() && !value.isNull() && !rule.test(value)) {
      throw ChatRequest.malformed("\"%s\" must be %s.".formatted(field, form));
    }
  }

  /** A member of a member. */
  private record Inner(String name, JsonPointer place) {
    static List<Inner> all(String... names) {
      return Stream.of(names)
          .map(name -> new Inner(name, JsonPointer.compile("/" + name)))
          .toList();
    }
  }

  /** Names that are written in small letters. */
  private record Names(Set<String> written, Set<String> inAnyCase) {
    static Names of(String... names) {
      var inAnyCase = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      Collections.addAll(inAnyCase, names);
      return new Names(Set.of(names), inAnyCase);
    }

    /** Whether another name is one of them but for its capitals. */
    boolean areMeantBy(String name) {
      return !written.contains(name) && inAnyCase.contains(name);
    }
  }
}
