package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.UnreadMembers;
import dev.sallyport.llm.spi.WireJson;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns one chat request into a Converse request. */
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
          "metadata",
          "service_tier",
          "provider");

  private static final Set<String> TIERS = Set.of("default", "priority", "flex", "reserved");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9\\s:_@$#=/+,.-]{0,256}");
  private static final int MOST_TAGS = 16;

  private final ObjectNode chat;
  private final Attempt attempt;
  private final Family family;
  private final Set<String> dropped;
  private final ObjectNode out = JsonNodeFactory.instance.objectNode();

  RequestEncoder(ObjectNode chat, Attempt attempt, Family family, Set<String> dropped) {
    this.chat = chat;
    this.attempt = attempt;
    this.family = family;
    this.dropped = dropped;
  }

  ObjectNode encode() throws CannotCarryException {
    var messages = new MessagesEncoder(family, dropped);
    messages.encode(chat.path("messages"));
    messages.put(out);
    inference();
    new ToolsEncoder(chat, family, dropped).put(out, messages.usesTools());
    topK();
    new Thinking(chat, dropped, attempt.maxOutputTokens())
        .put(out, family, attempt.upstreamModel(), !messages.actsWithoutThought());
    responseFormat();
    metadata();
    serviceTier();
    nameTheRest();
    return out;
  }

  private void inference() {
    var config = JsonNodeFactory.instance.objectNode();
    int most =
        chat.path("max_completion_tokens")
            .asInt(
                chat.path("max_tokens").asInt(attempt.limited() ? attempt.maxOutputTokens() : 0));
    if (most > 0) {
      config.put("maxTokens", most);
    }
    number(config, "temperature", "temperature");
    number(config, "top_p", "topP");
    stop(config);
    if (!config.isEmpty()) {
      out.set("inferenceConfig", config);
    }
  }

  /** A number from 0 to 1, or the one of these that is nearest. */
  private void number(ObjectNode config, String name, String field) {
    if (!chat.path(name).isNumber()) {
      return;
    }
    var given = chat.path(name).decimalValue();
    var allowed = given.max(BigDecimal.ZERO).min(BigDecimal.ONE);
    if (allowed.compareTo(given) == 0) {
      config.set(field, chat.path(name));
    } else {
      config.put(field, allowed);
      dropped.add(name);
    }
  }

  private void stop(ObjectNode config) {
    var stop = chat.path("stop");
    var given = stop.isTextual() ? JsonNodeFactory.instance.arrayNode().add(stop) : stop;
    var sequences = JsonNodeFactory.instance.arrayNode();
    for (var one : given) {
      if (one.isTextual() && !one.textValue().isBlank()) {
        sequences.add(one);
      } else {
        dropped.add("stop"); // models refuse sequences of white space
      }
    }
    if (sequences.isEmpty()) {
      return;
    }
    config.set("stopSequences", sequences);
    if (family == Family.ANTHROPIC) {
      out.putArray("additionalModelResponseFieldPaths").add("/stop_sequence");
    }
  }

  private void topK() {
    if (!chat.path("top_k").isNumber()) {
      return;
    }
    switch (family) {
      case ANTHROPIC, MISTRAL ->
          out.withObjectProperty("additionalModelRequestFields").set("top_k", chat.path("top_k"));
      case NOVA ->
          out.withObjectProperty("additionalModelRequestFields")
              .putObject("inferenceConfig")
              .set("topK", chat.path("top_k"));
      case GPT_OSS, OTHER -> dropped.add("top_k");
    }
  }

  private void responseFormat() {
    var format = chat.path("response_format");
    switch (format.path("type").asText("")) {
      case "", "text" -> {}
      case "json_schema" -> {
        var given = format.path("json_schema");
        var schema = new String(WireJson.bytes(given.path("schema")), StandardCharsets.UTF_8);
        var wanted = out.putObject("outputConfig").putObject("textFormat");
        var definition =
            wanted.put("type", "json_schema").putObject("structure").putObject("jsonSchema");
        definition.put("schema", schema);
        for (var name : new String[] {"name", "description"}) {
          if (given.path(name).isTextual()) {
            definition.set(name, given.path(name));
          }
        }
      }
      default -> dropped.add("response_format");
    }
  }

  /** What is said of a request goes into the log of invocations, if that can hold it. */
  private void metadata() {
    var tags = chat.path("metadata");
    if (!tags.isObject() || tags.isEmpty()) {
      return;
    }
    boolean fits =
        tags.size() <= MOST_TAGS
            && tags.properties().stream()
                .allMatch(tag ->
                    !tag.getKey().isEmpty()
                        && TAG.matcher(tag.getKey()).matches()
                        && tag.getValue().isTextual()
                        && TAG.matcher(tag.getValue().textValue()).matches());
    if (fits) {
      out.set("requestMetadata", tags);
    } else {
      dropped.add("metadata");
    }
  }

  private void serviceTier() {
    var tier = chat.path("service_tier").asText("auto");
    if (TIERS.contains(tier)) {
      out.putObject("serviceTier").put("type", tier);
    } else if (!tier.equals("auto") && !chat.path("service_tier").isNull()) {
      dropped.add("service_tier");
    }
  }

  private void nameTheRest() {
    UnreadMembers.name(chat, Set.of(), dropped);
    for (var field : chat.properties()) {
      if (!HANDLED.contains(field.getKey())
          && !ChatRequest.saysNothing(field.getKey(), field.getValue())) {
        dropped.add(field.getKey());
      }
    }
    if (ChatRequest.wantsOfProviders(chat)) {
      dropped.add("provider");
    }
  }
}
