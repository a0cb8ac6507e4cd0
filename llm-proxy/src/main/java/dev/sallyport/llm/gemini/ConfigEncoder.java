package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import java.util.Locale;
import java.util.Set;

/** What a chat request says of how the answer is made, as Gemini's generationConfig. */
final class ConfigEncoder {
  private static final int MOST_STOPS = 5;

  private final ObjectNode chat;
  private final Attempt attempt;
  private final GeminiModel model;
  private final Set<String> dropped;
  private final ObjectNode config = JsonNodeFactory.instance.objectNode();

  ConfigEncoder(ObjectNode chat, Attempt attempt, GeminiModel model, Set<String> dropped) {
    this.chat = chat;
    this.attempt = attempt;
    this.model = model;
    this.dropped = dropped;
  }

  ObjectNode encode(boolean withTools) throws CannotCarryException {
    limit();
    number("temperature", "temperature");
    number("top_p", "topP");
    number("top_k", "topK");
    penalty("frequency_penalty", "frequencyPenalty");
    penalty("presence_penalty", "presencePenalty");
    stop();
    seed();
    if (chat.path("n").asInt(1) > 1) {
      config.put("candidateCount", chat.path("n").intValue());
    }
    logprobs();
    modalities();
    responseFormat(withTools);
    Thinking.config(chat, model, dropped)
        .ifPresent(thinking -> config.set("thinkingConfig", thinking));
    return config;
  }

  private void number(String name, String theirs) {
    if (chat.path(name).isNumber()) {
      config.set(theirs, chat.path(name));
    }
  }

  /** Several models refuse these, and clients send what changes nothing. */
  private void penalty(String name, String theirs) {
    if (chat.path(name).asDouble(0) != 0) {
      number(name, theirs);
    }
  }

  private void limit() {
    int given = chat.path("max_completion_tokens").asInt(chat.path("max_tokens").asInt(0));
    if (given > 0) {
      config.put("maxOutputTokens", given);
    } else if (attempt.limited()) {
      config.put("maxOutputTokens", attempt.maxOutputTokens());
    }
  }

  private void stop() {
    var stop = chat.path("stop");
    var given = stop.isTextual() ? JsonNodeFactory.instance.arrayNode().add(stop) : stop;
    var sequences = JsonNodeFactory.instance.arrayNode();
    for (var one : given) {
      if (one.isTextual() && !one.textValue().isEmpty() && sequences.size() < MOST_STOPS) {
        sequences.add(one);
      } else {
        dropped.add("stop");
      }
    }
    if (!sequences.isEmpty()) {
      config.set("stopSequences", sequences);
    }
  }

  /** Gemini's has 32 bits, OpenAI's 64. */
  private void seed() {
    var seed = chat.path("seed");
    if (seed.isIntegralNumber() && seed.canConvertToInt()) {
      config.put("seed", seed.intValue());
    } else if (!seed.isMissingNode() && !seed.isNull()) {
      dropped.add("seed");
    }
  }

  private void logprobs() {
    if (chat.path("logprobs").booleanValue()) {
      config.put("responseLogprobs", true);
      if (chat.path("top_logprobs").asInt(0) > 0) {
        config.put("logprobs", chat.path("top_logprobs").asInt());
      }
    }
  }

  private void modalities() {
    var wanted = JsonNodeFactory.instance.arrayNode();
    boolean moreThanText = false;
    for (var one : chat.path("modalities")) {
      switch (one.asText("")) {
        case "text" -> wanted.add("TEXT");
        case "image" -> {
          wanted.add("IMAGE");
          moreThanText = true;
        }
        default -> dropped.add("modalities");
      }
    }
    if (moreThanText) {
      config.set("responseModalities", wanted);
    }
  }

  private void responseFormat(boolean withTools) throws CannotCarryException {
    var format = chat.path("response_format");
    var type = format.path("type").asText("").toLowerCase(Locale.ROOT);
    if (type.isEmpty() || type.equals("text")) {
      return;
    }
    boolean known = type.equals("json_object") || type.equals("json_schema");
    if (!known || (withTools && !model.third())) {
      dropped.add("response_format"); // before the third generation it is tools or a format
      return;
    }
    config.put("responseMimeType", "application/json");
    if (format.path("json_schema").hasNonNull("description")) {
      dropped.add("response_format.json_schema.description");
    }
    JsonNode schema = format.path("json_schema").path("schema");
    if (schema instanceof ObjectNode object && !object.isEmpty()) {
      var subset = new SchemaSubset(object, "response_format/json_schema/schema");
      config.set("responseSchema", subset.converted());
      subset.lost().forEach(name -> dropped.add("response_format.schema." + name));
    }
  }
}
