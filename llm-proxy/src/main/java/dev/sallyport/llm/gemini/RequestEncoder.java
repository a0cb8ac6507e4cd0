package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.UnreadMembers;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns one chat request into a generateContent request. */
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
          "seed",
          "n",
          "stream",
          "stream_options",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "frequency_penalty",
          "presence_penalty",
          "logprobs",
          "top_logprobs",
          "reasoning",
          "reasoning_effort",
          "modalities",
          "service_tier",
          "provider");

  private final ObjectNode chat;
  private final Attempt attempt;
  private final GeminiModel model;
  private final boolean tellsIds;
  private final Set<String> dropped = new LinkedHashSet<>();

  private RequestEncoder(ObjectNode chat, Attempt attempt, boolean tellsIds) {
    this.chat = chat;
    this.tellsIds = tellsIds;
    this.attempt = attempt;
    this.model = GeminiModel.of(attempt.upstreamModel());
  }

  /**
   * The request.
   *
   * @param path where it goes
   * @param tellsIds whether the provider takes the ids of calls, which Vertex AI refuses
   */
  static WireRequest encode(String path, ChatRequest request, Attempt attempt, boolean tellsIds)
      throws CannotCarryException {
    var encoder = new RequestEncoder(request.tree(), attempt, tellsIds);
    var body = encoder.body();
    var dropped = List.copyOf(encoder.dropped);
    request.allowDropping(dropped);
    return new WireRequest(path, Map.of(), WireJson.bytes(body), dropped);
  }

  private ObjectNode body() throws CannotCarryException {
    var out = JsonNodeFactory.instance.objectNode();
    var contents = new ContentsEncoder(model, tellsIds, dropped);
    contents.encode(chat.path("messages"));
    contents.put(out);
    new ToolsEncoder(chat, model, dropped).put(out);
    var config = new ConfigEncoder(chat, attempt, model, dropped).encode(out.has("tools"));
    if (!config.isEmpty()) {
      out.set("generationConfig", config);
    }
    serviceTier(out);
    nameTheRest();
    return out;
  }

  private void serviceTier(ObjectNode out) {
    switch (chat.path("service_tier").asText("")) {
      case "", "auto" -> {}
      case "default" -> out.put("serviceTier", "standard");
      case "flex" -> out.put("serviceTier", "flex");
      case "priority" -> out.put("serviceTier", "priority");
      default -> dropped.add("service_tier");
    }
  }

  private void nameTheRest() {
    UnreadMembers.name(chat, Set.of("messages.images"), dropped);
    for (var field : chat.properties()) {
      if (!HANDLED.contains(field.getKey())
          && !ChatRequest.saysNothing(field.getKey(), field.getValue())) {
        dropped.add(field.getKey());
      }
    }
    if (chat.path("parallel_tool_calls").isBoolean()
        && !chat.path("parallel_tool_calls").booleanValue()) {
      dropped.add("parallel_tool_calls");
    }
    if (ChatRequest.wantsOfProviders(chat)) {
      dropped.add("provider");
    }
  }
}
