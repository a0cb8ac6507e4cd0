package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.UnreadMembers;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns one chat request into a request for a response. */
final class RequestEncoder {
  /** The least that OpenAI takes. */
  private static final int LEAST_TOKENS = 16;

  /** Models that do not reason, and refuse to be asked for the secret of their reasoning. */
  private static final Pattern PLAIN = Pattern.compile("(?:.*/)?(?:chatgpt-|gpt-[34]).*");

  /** Members that mean the same in both forms. */
  private static final List<String> SAME =
      List.of(
          "temperature",
          "top_p",
          "metadata",
          "user",
          "service_tier",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention",
          "safety_identifier",
          "stream");

  /** Dealt with here, or meant for the proxy alone. */
  private static final Set<String> HANDLED =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "max_completion_tokens",
          "stream_options",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "verbosity",
          "reasoning",
          "reasoning_effort",
          "logprobs",
          "top_logprobs",
          "provider");

  private final ObjectNode chat;
  private final Attempt attempt;
  private final Set<String> dropped;
  private final ObjectNode out = JsonNodeFactory.instance.objectNode();

  RequestEncoder(ObjectNode chat, Attempt attempt, Set<String> dropped) {
    this.chat = chat;
    this.attempt = attempt;
    this.dropped = dropped;
  }

  ObjectNode encode() throws CannotCarryException {
    out.put("model", attempt.upstreamModel());
    out.set("input", new ItemsEncoder(dropped).encode(chat.path("messages")));
    out.put("store", false);
    var include = JsonNodeFactory.instance.arrayNode();
    if (!PLAIN.matcher(attempt.upstreamModel()).matches()) {
      include.add("reasoning.encrypted_content");
    }
    for (var name : SAME) {
      if (chat.hasNonNull(name)) {
        out.set(name, chat.get(name));
      }
    }
    limit();
    reasoning();
    tools();
    text();
    logprobs(include);
    if (!include.isEmpty()) {
      out.set("include", include);
    }
    nameTheRest();
    return out;
  }

  private void limit() {
    var said = chat.path("max_completion_tokens");
    var limit = said.isNumber() ? said : chat.path("max_tokens");
    if (limit.isNumber()) {
      if (limit.intValue() < LEAST_TOKENS) {
        dropped.add(said.isNumber() ? "max_completion_tokens" : "max_tokens");
      }
      out.put("max_output_tokens", Math.max(LEAST_TOKENS, limit.intValue()));
    } else if (attempt.limited()) {
      out.put("max_output_tokens", Math.max(LEAST_TOKENS, attempt.maxOutputTokens()));
    }
  }

  /** Who asks in the form that has reasoning in its answers gets it told in summary. */
  private void reasoning() {
    var asked = chat.path("reasoning");
    var effort =
        chat.hasNonNull("reasoning_effort") ? chat.get("reasoning_effort") : asked.path("effort");
    var reasoning = JsonNodeFactory.instance.objectNode();
    if (effort.isTextual()) {
      reasoning.set("effort", effort);
    } else if (asked.path("enabled").isBoolean() && !asked.path("enabled").booleanValue()) {
      reasoning.put("effort", "none");
    }
    boolean reasons = !reasoning.path("effort").asText("").equals("none");
    if (asked.isObject() && reasons && !asked.path("exclude").booleanValue()) {
      reasoning.put("summary", asked.path("summary").asText("auto"));
    }
    if (asked.hasNonNull("max_tokens")) {
      dropped.add("reasoning.max_tokens");
    }
    if (!reasoning.isEmpty()) {
      out.set("reasoning", reasoning);
    }
  }

  private void tools() {
    var tools = JsonNodeFactory.instance.arrayNode();
    for (var tool : chat.path("tools")) {
      var type = tool.path("type").asText("function");
      ToolForms.toResponses(tool).ifPresentOrElse(tools::add, () -> dropped.add("tools." + type));
      if (tool.hasNonNull("cache_control")) {
        dropped.add("cache_control");
      }
    }
    if (!tools.isEmpty()) {
      out.set("tools", tools);
    }
    if (chat.hasNonNull("tool_choice")) {
      var choice = ToolForms.choiceToResponses(chat.get("tool_choice"));
      choice.ifPresentOrElse(one -> out.set("tool_choice", one), () -> dropped.add("tool_choice"));
    }
    if (chat.hasNonNull("parallel_tool_calls")) {
      out.set("parallel_tool_calls", chat.get("parallel_tool_calls"));
    }
  }

  private void text() {
    var text = JsonNodeFactory.instance.objectNode();
    var format = chat.path("response_format");
    switch (format.path("type").asText("")) {
      case "" -> {}
      case "text", "json_object" -> text.putObject("format").set("type", format.path("type"));
      case "json_schema" -> {
        var wanted = text.putObject("format").put("type", "json_schema");
        for (var member : format.path("json_schema").properties()) {
          if (!member.getValue().isNull()) {
            wanted.set(member.getKey(), member.getValue());
          }
        }
      }
      default -> dropped.add("response_format");
    }
    if (chat.hasNonNull("verbosity")) {
      text.set("verbosity", chat.get("verbosity"));
    }
    if (!text.isEmpty()) {
      out.set("text", text);
    }
  }

  private void logprobs(ArrayNode include) {
    if (chat.path("logprobs").booleanValue()) {
      include.add("message.output_text.logprobs");
      if (chat.hasNonNull("top_logprobs")) {
        out.set("top_logprobs", chat.get("top_logprobs"));
      }
    }
  }

  private void nameTheRest() {
    UnreadMembers.name(chat, Set.of(UnreadMembers.CACHE_BREAKPOINT), dropped);
    for (var member : chat.properties()) {
      var name = member.getKey();
      if (!HANDLED.contains(name)
          && !SAME.contains(name)
          && !saysNothing(name, member.getValue())) {
        dropped.add(name);
      }
    }
    if (ChatRequest.wantsOfProviders(chat)) {
      dropped.add("provider");
    }
  }

  /** Whether leaving a parameter out changes nothing, of answers that are text. */
  private static boolean saysNothing(String name, JsonNode value) {
    return name.equals("modalities")
        ? ChatRequest.isTextAlone(value)
        : ChatRequest.saysNothing(name, value);
  }
}
