package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.TokenEstimate;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;

/** What a message says of itself, from OpenAI's words to Anthropic's. */
final class Words {
  private static final String SEQUENCE = "stop_sequence";

  private Words() {}

  /** A message of which nothing was said yet. */
  static ObjectNode message(JsonNode chat) {
    var id = chat.path("id").asText("");
    var message = JsonNodeFactory.instance.objectNode();
    message
        .put("id", id.startsWith("msg_") ? id : "msg_" + id)
        .put("type", "message")
        .put("role", "assistant")
        .put("model", chat.path("model").asText(""))
        .putArray("content");
    return message.putNull("stop_reason").putNull("stop_sequence");
  }

  /**
   * Says why the answer ended.
   *
   * @param choice the choice that has a {@code finish_reason}
   * @param calls whether tools are called in it
   * @param refused whether the model refused in words of their own, as OpenAI's do
   */
  static void putStop(ObjectNode out, JsonNode choice, boolean calls, boolean refused) {
    var told = reason(choice, calls);
    var reason = refused && told.equals("end_turn") ? "refusal" : told;
    out.put("stop_reason", reason).putNull("stop_sequence");
    if (reason.equals(SEQUENCE) && choice.path("stop_reason").isTextual()) {
      out.set("stop_sequence", choice.path("stop_reason"));
    }
    if (reason.equals("refusal")) {
      out.putObject("stop_details")
          .put("type", "refusal")
          .putNull("category")
          .putNull("explanation");
    }
  }

  private static String reason(JsonNode choice, boolean calls) {
    var told = choice.path("native_finish_reason").asText("");
    return switch (choice.path("finish_reason").asText("stop")) {
      case "length" -> told.equals("model_context_window_exceeded") ? told : "max_tokens";
      case "tool_calls", "function_call" -> "tool_use";
      case "content_filter" -> "refusal";
      default -> calls ? "tool_use" : ended(told, choice.path("stop_reason"));
    };
  }

  /** Not every provider that says that a sequence ended the answer says which, nor the reverse. */
  private static String ended(String told, JsonNode sequence) {
    return switch (told) {
      case "pause_turn", SEQUENCE -> told;
      default -> sequence.isTextual() ? SEQUENCE : "end_turn";
    };
  }

  /** What an answer of so many bytes used, where nobody has counted. */
  static Usage estimate(ChatRequest request, long said) {
    return Usage.NONE
        .plus(Unit.FRESH_IN, TokenEstimate.of(request))
        .plus(Unit.TEXT_OUT, TokenEstimate.ofText(said));
  }

  /** Usage, whose {@code input_tokens} leave out those from and to the cache. */
  static ObjectNode usage(Usage usage) {
    long hour = usage.of(Unit.CACHE_WRITE_1H);
    long written = usage.of(Unit.CACHE_WRITE_5M) + hour;
    long read = usage.of(Unit.CACHE_READ);
    var said =
        JsonNodeFactory.instance
            .objectNode()
            .put("input_tokens", usage.in() - written - read)
            .put("cache_creation_input_tokens", written)
            .put("cache_read_input_tokens", read);
    if (written > 0) {
      said.putObject("cache_creation")
          .put("ephemeral_5m_input_tokens", written - hour)
          .put("ephemeral_1h_input_tokens", hour);
    }
    said.put("output_tokens", usage.out());
    if (usage.of(Unit.REASONING_OUT) > 0) {
      said.putObject("output_tokens_details").put("thinking_tokens", usage.of(Unit.REASONING_OUT));
    }
    return said;
  }
}
