package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.UnreadMembers;
import java.math.BigDecimal;
import java.util.Set;

/** Turns one chat request into a Messages request. */
final class RequestEncoder {
  /** Dealt with here, or meant for the proxy alone. */
  private static final Set<String> HANDLED =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "top_k",
          "stop",
          "stream",
          "stream_options",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "reasoning",
          "reasoning_effort",
          "service_tier",
          "user",
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
    out.put("max_tokens", maxTokens());
    var messages = new MessagesEncoder(dropped);
    messages.encode(chat.path("messages"));
    messages.putSystem(out);
    out.set("messages", messages.messages());
    sampling();
    stop();
    new ToolsEncoder(chat, dropped).put(out);
    responseFormat();
    new Thinking(chat, attempt.upstreamModel(), dropped).put(out);
    serviceTier();
    if (chat.path("user").isTextual()) {
      out.putObject("metadata").set("user_id", chat.path("user"));
    }
    if (chat.path("stream").booleanValue()) {
      out.put("stream", true);
    }
    nameTheRest();
    return out;
  }

  private int maxTokens() {
    return chat.path("max_completion_tokens")
        .asInt(chat.path("max_tokens").asInt(attempt.maxOutputTokens()));
  }

  private void sampling() {
    var temperature = chat.path("temperature");
    if (temperature.isNumber()) {
      var given = temperature.decimalValue();
      var allowed = given.max(BigDecimal.ZERO).min(BigDecimal.ONE);
      if (allowed.compareTo(given) == 0) {
        out.set("temperature", temperature);
      } else {
        out.set("temperature", JsonNodeFactory.instance.numberNode(allowed));
        dropped.add("temperature");
      }
    }
    for (var name : new String[] {"top_p", "top_k"}) {
      if (chat.path(name).isNumber()) {
        out.set(name, chat.path(name));
      }
    }
  }

  private void stop() {
    var stop = chat.path("stop");
    var given = stop.isTextual() ? JsonNodeFactory.instance.arrayNode().add(stop) : stop;
    var sequences = JsonNodeFactory.instance.arrayNode();
    for (var one : given) {
      if (one.isTextual() && !one.textValue().isBlank()) {
        sequences.add(one);
      } else {
        dropped.add("stop"); // Anthropic refuses sequences of white space
      }
    }
    if (!sequences.isEmpty()) {
      out.set("stop_sequences", sequences);
    }
  }

  private void responseFormat() {
    var format = chat.path("response_format");
    switch (format.path("type").asText("")) {
      case "", "text" -> {}
      case "json_schema" -> {
        var wanted = out.putObject("output_config").putObject("format");
        wanted.put("type", "json_schema");
        var schema = format.path("json_schema").path("schema").deepCopy();
        if (schema instanceof ObjectNode root) {
          root.remove("$schema"); // which says only what language this is, and is refused
        }
        wanted.set("schema", schema);
        if (format.path("json_schema").hasNonNull("description")) {
          dropped.add("response_format.json_schema.description");
        }
      }
      default -> dropped.add("response_format");
    }
  }

  private void serviceTier() {
    switch (chat.path("service_tier").asText("")) {
      case "" -> {}
      case "auto" -> out.put("service_tier", "auto");
      case "default" -> out.put("service_tier", "standard_only");
      default -> dropped.add("service_tier");
    }
  }

  private void nameTheRest() {
    UnreadMembers.name(chat, Set.of(), dropped);
    for (var field : chat.properties()) {
      if (!HANDLED.contains(field.getKey()) && !saysNothing(field.getKey(), field.getValue())) {
        dropped.add(field.getKey());
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
