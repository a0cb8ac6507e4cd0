package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Turns one Messages request into a chat request. */
final class RequestReader {
  private static final String MODELS = "models";
  private static final String FALLBACKS = "fallbacks";
  private static final int MOST_FALLBACKS = 3;

  private static final Set<String> HANDLED =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "system",
          "temperature",
          "top_p",
          "top_k",
          "stop_sequences",
          "stream",
          "tools",
          "tool_choice",
          "thinking",
          "output_config",
          "metadata",
          "service_tier",
          "session_id",
          "provider",
          MODELS,
          FALLBACKS);

  private final ObjectNode asked;
  private final boolean limited;
  private final Set<String> dropped = new LinkedHashSet<>();
  private final ObjectNode chat = JsonNodeFactory.instance.objectNode();
  private boolean foreign;

  /**
   * A reader.
   *
   * @param limited whether the request has to say how long its answer may be
   */
  RequestReader(ObjectNode asked, boolean limited) {
    this.asked = asked;
    this.limited = limited;
  }

  /** The request in chat form. To be called once. */
  ObjectNode chat() {
    copy("model");
    if (limited || Place.says(asked.path("max_tokens"))) {
      limit();
    }
    messages();
    sampling();
    stop();
    stream();
    new ToolsReader(asked, chat, dropped).read();
    reasoning();
    format();
    about();
    asked
        .fieldNames()
        .forEachRemaining(name -> {
          if (!HANDLED.contains(name) && Place.says(asked.path(name))) {
            dropped.add(name);
          }
        });
    return chat;
  }

  /** What the chat form has no place for. */
  List<String> dropped() {
    return List.copyOf(dropped);
  }

  /** Whether there is reasoning of others in it, which Anthropic would not take. */
  boolean holdsForeign() {
    return foreign;
  }

  private void limit() {
    Place.require(
        "max_tokens",
        asked.path("max_tokens"),
        count -> count.isIntegralNumber() && count.canConvertToInt() && count.intValue() >= 1,
        "given: a whole number of at least 1");
    copy("max_tokens");
  }

  private void messages() {
    var turns = new TurnsReader(dropped);
    turns.system("system", asked.path("system"));
    Place.require(
        "messages",
        asked.path("messages"),
        list -> list.isArray() && !list.isEmpty(),
        "a list of at least one message");
    int index = 0;
    for (var message : asked.path("messages")) {
      turns.read("messages/" + index, message);
      index++;
    }
    foreign = turns.holdsForeign();
    chat.set("messages", turns.chat());
  }

  private void sampling() {
    var temperature = asked.path("temperature");
    Place.check(
        "temperature",
        temperature,
        value ->
            value.isNumber()
                && value.decimalValue().signum() >= 0
                && value.decimalValue().compareTo(BigDecimal.ONE) <= 0,
        "a number from 0 to 1");
    Place.check("top_p", asked.path("top_p"), JsonNode::isNumber, "a number");
    Place.check("top_k", asked.path("top_k"), JsonNode::isIntegralNumber, "a whole number");
    copy("temperature");
    copy("top_p");
    copy("top_k");
  }

  private void stop() {
    var sequences = asked.path("stop_sequences");
    Place.check("stop_sequences", sequences, JsonNode::isArray, "a list of texts");
    for (var sequence : sequences) {
      Place.require("stop_sequences", sequence, JsonNode::isTextual, "a list of texts");
    }
    if (!sequences.isEmpty()) {
      chat.set("stop", sequences);
    }
  }

  private void stream() {
    Place.check("stream", asked.path("stream"), JsonNode::isBoolean, "true or false");
    if (asked.path("stream").booleanValue()) {
      chat.put("stream", true).putObject("stream_options").put("include_usage", true);
    }
  }

  private void reasoning() {
    var thinking = asked.path("thinking");
    Place.check("thinking", thinking, JsonNode::isObject, "an object");
    Place.check("output_config", asked.path("output_config"), JsonNode::isObject, "an object");
    var reasoning = JsonNodeFactory.instance.objectNode();
    switch (thinking.path("type").asText("")) {
      case "" -> Place.check("thinking/type", thinking, _ -> false, "given");
      case "enabled" -> {
        var budget = thinking.path("budget_tokens");
        Place.require(
            "thinking/budget_tokens", budget, JsonNode::isIntegralNumber, "a whole number");
        reasoning.set("max_tokens", budget);
      }
      case "adaptive" -> reasoning.put("enabled", true);
      case "disabled" -> reasoning.put("enabled", false);
      default -> dropped.add("thinking.type");
    }
    if (thinking.path("display").asText().equals("omitted")) {
      reasoning.put("exclude", true);
    }
    effort(reasoning);
    if (!reasoning.isEmpty()) {
      chat.set("reasoning", reasoning);
    }
    Place.nameOthers("thinking", thinking, Set.of("type", "budget_tokens", "display"), dropped);
  }

  /** A budget says more exactly what effort says, and where nothing is thought it says nothing. */
  private void effort(ObjectNode reasoning) {
    var effort = asked.path("output_config").path("effort");
    Place.check("output_config/effort", effort, JsonNode::isTextual, "a text");
    if (!Place.says(effort)) {
      return;
    }
    boolean off = reasoning.has("enabled") && !reasoning.path("enabled").booleanValue();
    if (off || reasoning.has("max_tokens")) {
      dropped.add("output_config.effort");
    } else {
      reasoning.set("effort", effort);
    }
  }

  private void format() {
    var config = asked.path("output_config");
    var format = config.path("format");
    if (format.path("type").asText().equals("json_schema") && format.path("schema").isObject()) {
      var wanted = chat.putObject("response_format").put("type", "json_schema");
      wanted
          .putObject("json_schema")
          .put("name", "answer")
          .put("strict", true)
          .set("schema", format.path("schema"));
    } else if (Place.says(format)) {
      dropped.add("output_config.format");
    }
    Place.nameOthers("output_config", config, Set.of("effort", "format"), dropped);
  }

  private void about() {
    var metadata = asked.path("metadata");
    Place.check("metadata", metadata, JsonNode::isObject, "an object");
    Place.check("metadata/user_id", metadata.path("user_id"), JsonNode::isTextual, "a text");
    if (Place.says(metadata.path("user_id"))) {
      chat.set("user", metadata.path("user_id"));
    }
    Place.nameOthers("metadata", metadata, Set.of("user_id"), dropped);
    switch (asked.path("service_tier").asText("")) {
      case "", "null" -> {}
      case "auto" -> chat.put("service_tier", "auto");
      case "standard_only" -> chat.put("service_tier", "default");
      default -> dropped.add("service_tier");
    }
    copy("session_id");
    copy("provider");
    others();
  }

  /** OpenRouter's lists of other models that may answer; a list of another kind is left out. */
  private void others() {
    copy(MODELS);
    var given = asked.path(FALLBACKS);
    if (!given.isArray() || given.isEmpty() || !given.path(0).isObject()) {
      if (Place.says(given)) {
        dropped.add(FALLBACKS);
      }
      return;
    }
    Place.check(
        FALLBACKS,
        given,
        list -> list.size() <= MOST_FALLBACKS && !Place.says(asked.path(MODELS)),
        "at most %d models, and not beside \"models\"".formatted(MOST_FALLBACKS));
    var models = chat.putArray(MODELS);
    for (var one : given) {
      Place.check(
          FALLBACKS,
          one,
          fallback -> fallback.size() == 1 && fallback.path("model").isTextual(),
          "a list of objects that have a \"model\" and nothing else");
      models.add(one.path("model"));
    }
  }

  private void copy(String name) {
    if (Place.says(asked.path(name))) {
      chat.set(name, asked.path(name));
    }
  }
}
