package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a fake provider answers when it has no script. */
public final class CannedAnswers {
  /** The text of every canned answer. */
  public static final String TEXT = "Hello, world.";

  private static final String OPENAI =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1763700000,"model":"gpt-served",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"Hello, world.","refusal":null},\
      "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":5,\
      "total_tokens":25,"prompt_tokens_details":{"cached_tokens":4}},"system_fingerprint":"fp_1",\
      "x_unknown":2.50}\
      """;

  private static final String ANTHROPIC =
      """
      {"id":"msg_1","type":"message","role":"assistant","model":"claude-served",\
      "content":[{"type":"text","text":"Hello, world."}],"stop_reason":"end_turn",\
      "stop_sequence":null,"usage":{"input_tokens":16,"cache_creation_input_tokens":0,\
      "cache_read_input_tokens":4,"output_tokens":5}}\
      """;

  /** A recorded stream of OpenAI's. */
  public static final String OPENAI_STREAM =
      """
      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"gpt-served","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"gpt-served","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}],"usage":null}

      event: x-unknown
      id: 7
      data: {"anything":[1.50]}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"gpt-served","choices":[{"index":0,"delta":{"content":", world."},"finish_reason":null}],"usage":null}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"gpt-served","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"gpt-served","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":5,"total_tokens":25}}

      data: [DONE]

      """;

  /** A recorded stream of Anthropic's. */
  public static final String ANTHROPIC_STREAM =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-served","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":16,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      event: ping
      data: {"type":"ping"}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":", world."}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private CannedAnswers() {}

  /** The answer in a dialect; empty if there is none in it. */
  static Optional<Played> of(Dialect dialect, Asked asked) {
    if (dialect instanceof MessagesDialect) {
      var script = asked.stream() ? Script.recorded(ANTHROPIC_STREAM) : Script.json(200, ANTHROPIC);
      return Optional.of(Played.whole(script, new Usage(16, 4, 0, 5, 0)));
    }
    if (dialect instanceof ChatDialect && dialect.name().equals("openai")) {
      return Optional.of(
          asked.stream()
              ? Played.whole(Script.recorded(OPENAI_STREAM), new Usage(20, 0, 0, 5, 0))
              : Played.whole(Script.json(200, OPENAI), new Usage(16, 4, 0, 5, 0)));
    }
    return Optional.empty();
  }

  /** An error in the form of either protocol. */
  public static Script error(boolean anthropic, int status, String type, String message) {
    var body = JsonNodeFactory.instance.objectNode();
    if (anthropic) {
      body.put("type", "error").put("request_id", "req_1");
    }
    body.putObject("error").put("type", type).put("message", message);
    return Script.json(status, new String(WireJson.bytes(body), StandardCharsets.UTF_8));
  }
}
