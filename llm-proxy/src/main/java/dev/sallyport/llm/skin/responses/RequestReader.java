package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.responses.ToolForms;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.ModelRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Turns a request for a response into a chat request. */
final class RequestReader {
  /** Members that mean the same in chat. */
  private static final List<String> SAME =
      List.of(
          "model",
          "temperature",
          "top_p",
          "top_k",
          "presence_penalty",
          "frequency_penalty",
          "stream",
          "user",
          "service_tier",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention",
          "safety_identifier",
          "modalities",
          "models",
          "provider",
          "session_id");

  /**
   * Dealt with here. What a response only repeats, and what bounds nothing but a provider's own
   * tools, is among them.
   */
  private static final Set<String> HANDLED =
      Set.of(
          "input",
          "instructions",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "text",
          "reasoning",
          "max_output_tokens",
          "max_tool_calls",
          "top_logprobs",
          "include",
          "truncation",
          "metadata",
          "store",
          "background",
          "previous_response_id",
          "conversation",
          "prompt",
          "stream_options");

  private final JsonBody own;
  private final ObjectNode body;
  private final Set<String> dropped = new LinkedHashSet<>();
  private final ObjectNode chat = JsonNodeFactory.instance.objectNode();

  private RequestReader(JsonBody own) {
    this.own = own;
    this.body = own.tree();
  }

  /**
   * Reads a request.
   *
   * @throws Refusal with MALFORMED_REQUEST, saying what to mend
   */
  static ModelRequest read(byte[] bytes) {
    return new RequestReader(JsonBody.parse(bytes)).request();
  }

  private ModelRequest request() {
    refuseWhatIsKeptElsewhere();
    for (var name : SAME) {
      if (body.hasNonNull(name)) {
        chat.set(name, body.get(name));
      }
    }
    require("instructions", JsonNode::isTextual, "a text");
    var messages = new InputReader(dropped);
    if (body.hasNonNull("instructions")) {
      messages.instructions(body.get("instructions"));
    }
    chat.set("messages", messages.read(body.path("input")));
    tools();
    text();
    reasoning();
    limits();
    nameTheRest();
    if (body.path("stream").asBoolean()) {
      chat.putObject("stream_options").put("include_usage", true);
    }
    return new ModelRequest(
        Form.RESPONSES, ChatRequest.of(chat), Optional.of(own), List.copyOf(dropped));
  }

  private void refuseWhatIsKeptElsewhere() {
    for (var name : List.of("previous_response_id", "conversation", "prompt")) {
      if (body.hasNonNull(name)) {
        throw malformed(
            "\"%s\" cannot be used: Sallyport keeps no responses. Send the whole conversation in"
                    .formatted(name)
                + " \"input\".");
      }
    }
    for (var name : List.of("store", "background", "stream", "parallel_tool_calls")) {
      require(name, JsonNode::isBoolean, "true or false");
    }
    if (body.path("background").booleanValue()) {
      throw malformed("\"background\" cannot be true: the answer comes on this connection.");
    }
    if (body.path("store").booleanValue()) {
      throw malformed("\"store\" cannot be true: Sallyport keeps no responses. Set it to false.");
    }
  }

  /** Without tools, chat takes nothing that is said of them. */
  private void tools() {
    require("tools", JsonNode::isArray, "a list");
    var tools = JsonNodeFactory.instance.arrayNode();
    tools(body.path("tools"), "tools", tools);
    int item = 0;
    for (var one : body.path("input")) {
      if (one.path("type").asText("").equals(InputReader.MORE_TOOLS)) {
        tools(one.path("tools"), "input/%d/tools".formatted(item), tools);
      }
      item++;
    }
    if (!tools.isEmpty()) {
      chat.set("tools", tools);
      if (body.hasNonNull("parallel_tool_calls")) {
        chat.set("parallel_tool_calls", body.get("parallel_tool_calls"));
      }
    }
    if (!body.hasNonNull("tool_choice")) {
      return;
    }
    var choice = ToolForms.choiceToChat(body.get("tool_choice"));
    if (choice.isPresent() && !tools.isEmpty()) {
      chat.set("tool_choice", choice.get());
    } else if (!Set.of("auto", "none").contains(body.path("tool_choice").asText(""))) {
      dropped.add("tool_choice");
    }
  }

  private void tools(JsonNode given, String place, ArrayNode tools) {
    int index = 0;
    for (var tool : given) {
      var type = tool.path("type").asText("");
      var here = place + "/" + index;
      if (type.equals("mcp")) {
        throw malformed("\"" + here + "\" names a server: its tools cannot be used here.");
      }
      if ((type.equals("function") || type.equals("custom")) && !tool.path("name").isTextual()) {
        throw malformed("\"" + here + "/name\" must be a text.");
      }
      ToolForms.toChat(tool).ifPresentOrElse(tools::add, () -> dropped.add("tools." + type));
      ToolForms.beside(tool).forEach(name -> dropped.add("tools." + name));
      index++;
    }
  }

  private void text() {
    require("text", JsonNode::isObject, "an object");
    for (var member : body.path("text").properties()) {
      var value = member.getValue();
      switch (member.getKey()) {
        case "format" -> format(value);
        case "verbosity" -> {
          if (!value.isNull()) {
            chat.set("verbosity", value);
          }
        }
        default -> dropped.add("text." + member.getKey());
      }
    }
  }

  private void format(JsonNode format) {
    switch (format.path("type").asText("")) {
      case "", "text" -> {}
      case "json_object" -> chat.putObject("response_format").put("type", "json_object");
      case "json_schema" -> {
        var schema =
            chat.putObject("response_format").put("type", "json_schema").putObject("json_schema");
        for (var member : format.properties()) {
          if (!member.getKey().equals("type") && !member.getValue().isNull()) {
            schema.set(member.getKey(), member.getValue());
          }
        }
      }
      default -> dropped.add("text.format");
    }
  }

  private void reasoning() {
    require("reasoning", JsonNode::isObject, "an object");
    var asked = JsonNodeFactory.instance.objectNode();
    for (var member : body.path("reasoning").properties()) {
      if (member.getValue().isNull()) {
        continue;
      }
      switch (member.getKey()) {
        case "effort", "summary", "max_tokens", "enabled", "exclude" ->
            asked.set(member.getKey(), member.getValue());
        case "generate_summary" -> asked.putIfAbsent("summary", member.getValue());
        default -> dropped.add("reasoning." + member.getKey());
      }
    }
    if (asked.size() == 1 && asked.has("effort")) {
      chat.set("reasoning_effort", asked.get("effort"));
    } else if (!asked.isEmpty()) {
      chat.set("reasoning", asked);
    }
  }

  private void limits() {
    require(
        "max_output_tokens",
        count -> count.canConvertToInt() && count.isIntegralNumber() && count.intValue() > 0,
        "a whole number of at least 1");
    if (body.hasNonNull("max_output_tokens")) {
      chat.set("max_completion_tokens", body.get("max_output_tokens"));
    }
    if (body.path("top_logprobs").asInt(0) > 0) {
      chat.put("logprobs", true).set("top_logprobs", body.get("top_logprobs"));
    }
    for (var one : body.path("include")) {
      switch (one.asText("")) {
        case "reasoning.encrypted_content" -> {} // always is
        case "message.output_text.logprobs" -> chat.put("logprobs", true);
        default -> dropped.add("include");
      }
    }
    if (!body.path("truncation").asText("disabled").equals("disabled")) {
      dropped.add("truncation");
    }
  }

  private void nameTheRest() {
    for (var member : body.properties()) {
      var name = member.getKey();
      if (!HANDLED.contains(name) && !SAME.contains(name) && !member.getValue().isNull()) {
        dropped.add(name);
      }
    }
  }

  private void require(String name, Predicate<JsonNode> rule, String form) {
    if (body.hasNonNull(name) && !rule.test(body.get(name))) {
      throw malformed("\"%s\" must be %s.".formatted(name, form));
    }
  }

  static Refusal malformed(String advice) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, advice);
  }
}
