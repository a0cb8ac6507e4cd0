package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.skin.ChatMembers;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.Refused;
import dev.sallyport.llm.spi.TokenEstimate;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import org.jspecify.annotations.Nullable;

/** What a message says of itself, from OpenAI's words to Anthropic's. */
final class Words {
  private static final String SEQUENCE = "stop_sequence";
  private static final String DETAILS = "stop_details";
  private static final String REFUSAL = "refusal";
  private static final String SPLIT = "cache_creation";

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
    message.putNull("stop_reason").putNull(SEQUENCE).putNull(DETAILS);
    return message.putNull("container").putNull("diagnostics");
  }

  /**
   * Says why the answer ended.
   *
   * @param choice the choice that has a {@code finish_reason}
   * @param calls whether tools are called in it
   * @param refused whether the model refused in words of their own, as OpenAI's do
   * @param explanation why the answer was refused, where that is no part of it; else empty
   */
  static void putStop(
      ObjectNode out, JsonNode choice, boolean calls, boolean refused, String explanation) {
    var told = reason(choice, calls);
    var reason = refused && told.equals("end_turn") ? REFUSAL : told;
    out.put("stop_reason", reason).putNull(SEQUENCE).putNull(DETAILS);
    if (reason.equals(SEQUENCE) && choice.path("stop_reason").isTextual()) {
      out.set(SEQUENCE, choice.path("stop_reason"));
    }
    if (reason.equals(REFUSAL)) {
      out.putObject(DETAILS)
          .put("type", REFUSAL)
          .put("category", Refused.category(choice).textValue())
          .put("explanation", explanation.isEmpty() ? null : explanation);
    }
  }

  /** Begins to look for what chat answers say that Anthropic's messages have no place for. */
  static LeftOut leftOut() {
    return new ChatMembers()
        .more("usage.prompt_tokens_details", "cache_write_1h_tokens")
        .choice("stop_reason")
        .message("role", "content", "refusal", "reasoning", "reasoning_details", "tool_calls")
        .inMessage(".content", "text", "type")
        .inMessage(".tool_calls", "function", "id", "index", "type")
        .inMessage(".tool_calls.function", "arguments", "name")
        .leftOut();
  }

  /** Names what would stand in a message if its members had such a value. */
  static void nameUntold(JsonNode choice, JsonNode told, LeftOut leftOut) {
    if (choice.hasNonNull("stop_reason") && told.path(SEQUENCE).isNull()) {
      leftOut.add("stop_reason");
    }
  }

  /** A block of text, which cites nothing. */
  static ObjectNode text(String text) {
    return block("text").put("text", text).putNull("citations");
  }

  /** The call of a tool by the model itself, with no arguments yet. */
  static ObjectNode call(String id, String name) {
    var call = block("tool_use").put("id", id).put("name", name);
    call.putObject("input");
    call.putObject("caller").put("type", "direct");
    return call;
  }

  /** A block, or a change to one. */
  static ObjectNode block(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private static String reason(JsonNode choice, boolean calls) {
    var told = choice.path("native_finish_reason").asText("");
    return switch (choice.path("finish_reason").asText("stop")) {
      case "length" -> told.equals("model_context_window_exceeded") ? told : "max_tokens";
      case "tool_calls", "function_call" -> "tool_use";
      case "content_filter" -> REFUSAL;
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

  /**
   * The usage of a message.
   *
   * @param tier by which it is billed, in OpenAI's words
   */
  static ObjectNode usage(Usage usage, JsonNode tier) {
    var said = usage(usage);
    if (!said.has(SPLIT)) {
      split(said, usage);
    }
    return said.putNull("inference_geo").put("service_tier", tier(tier)).putNull("speed");
  }

  /** Anthropic's word for a tier; null if it has none. */
  static @Nullable String tier(JsonNode tier) {
    return switch (tier.asText("")) {
      case "default", "standard" -> "standard";
      case "priority", "batch" -> tier.textValue();
      default -> null;
    };
  }

  private static void split(ObjectNode said, Usage usage) {
    said.putObject(SPLIT)
        .put("ephemeral_5m_input_tokens", usage.of(Unit.CACHE_WRITE_5M))
        .put("ephemeral_1h_input_tokens", usage.of(Unit.CACHE_WRITE_1H));
  }

  /**
   * Usage as the end of a streamed message tells it, whose {@code input_tokens} leave out those
   * from and to the cache.
   */
  static ObjectNode usage(Usage usage) {
    long written = usage.of(Unit.CACHE_WRITE_5M) + usage.of(Unit.CACHE_WRITE_1H);
    long read = usage.of(Unit.CACHE_READ);
    var said =
        JsonNodeFactory.instance
            .objectNode()
            .put("input_tokens", usage.in() - written - read)
            .put("cache_creation_input_tokens", written)
            .put("cache_read_input_tokens", read);
    if (written > 0) {
      split(said, usage);
    }
    said.put("output_tokens", usage.out()).putNull("output_tokens_details");
    if (usage.of(Unit.REASONING_OUT) > 0) {
      said.putObject("output_tokens_details").put("thinking_tokens", usage.of(Unit.REASONING_OUT));
    }
    return said.putNull("server_tool_use");
  }
}
