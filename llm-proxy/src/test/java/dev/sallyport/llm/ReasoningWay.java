package dev.sallyport.llm;

import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.Form;

/** A way in which reasoning comes and goes. */
enum ReasoningWay {
  /** Through, as it is. */
  MESSAGES("anthropic", "chat", Form.MESSAGES),
  MESSAGES_STREAMED("anthropic", "chat", Form.MESSAGES),
  RESPONSES("openai", "responses", Form.RESPONSES),
  RESPONSES_STREAMED("openai", "responses", Form.RESPONSES),
  /** By chat, whose clients send the details back. */
  CHAT("openrouter", "chat", Form.CHAT),
  CHAT_STREAMED("openrouter", "chat", Form.CHAT),
  /** By chat, whose clients send back nothing but the call. */
  PLAIN("anthropic", "chat", Form.CHAT),
  PLAIN_STREAMED("anthropic", "chat", Form.CHAT);

  /** By which the giver knows it again. */
  static final String SEAL = "RXJl-seal-of-the-second";

  private final String protocol;
  private final String api;
  private final Form form;

  ReasoningWay(String protocol, String api, Form form) {
    this.protocol = protocol;
    this.api = api;
    this.form = form;
  }

  String protocol() {
    return protocol;
  }

  String api() {
    return api;
  }

  Form form() {
    return form;
  }

  boolean streamed() {
    return name().endsWith("STREAMED");
  }

  Script answer() {
    return switch (protocol) {
      case "anthropic" -> streamed() ? events(MESSAGE_EVENTS) : Script.json(200, MESSAGE);
      case "openrouter" -> streamed() ? events(CHUNKS) : Script.json(200, COMPLETION);
      default -> streamed() ? events(RESPONSE_EVENTS) : Script.json(200, RESPONSE);
    };
  }

  private static Script events(String events) {
    return Script.recorded(events.formatted(SEAL.substring(0, 5), SEAL.substring(5)));
  }

  String begin() {
    return body("");
  }

  String follow() {
    return body(
        switch (form) {
          case MESSAGES ->
              """
              ,{"role":"assistant","content":[{"type":"thinking","thinking":"So.","signature":"%s"},
              {"type":"tool_use","id":"call_1","name":"f","input":{}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"1"}]}
              """
                  .formatted(SEAL);
          case RESPONSES ->
              """
              ,{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"%s"},
              {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},
              {"type":"function_call_output","call_id":"call_1","output":"1"}
              """
                  .formatted(SEAL);
          default -> (protocol.equals("anthropic") ? FOLLOW_PLAIN : FOLLOW_CHAT).formatted(SEAL);
        });
  }

  private String body(String more) {
    var said =
        form == Form.RESPONSES
            ? "\"input\":[{\"role\":\"user\",\"content\":\"Hi\"}%s]"
            : "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}%s]";
    var limit = form == Form.MESSAGES ? ",\"max_tokens\":9000" : "";
    return "{\"model\":\"a\",\"stream\":%s%s,%s}"
        .formatted(streamed(), limit, said.formatted(more));
  }

  private static final String MESSAGE =
      """
      {"id":"m","type":"message","role":"assistant","model":"up","content":[
      {"type":"thinking","thinking":"So.","signature":"%s"},
      {"type":"tool_use","id":"call_1","name":"f","input":{}}],
      "stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":1}}
      """
          .formatted(SEAL);

  private static final String MESSAGE_EVENTS =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"up","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"So."}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"%s"}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"%s"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: content_block_start
      data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"call_1","name":"f","input":{}}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":1}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private static final String RESPONSE =
      """
      {"id":"r","object":"response","status":"completed","model":"up","output":[
      {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"%s"},
      {"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{}","status":"completed"}],
      "usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}
      """
          .formatted(SEAL);

  private static final String RESPONSE_EVENTS =
      """
      event: response.created
      data: {"type":"response.created","sequence_number":0,"response":{"id":"r","object":"response","status":"in_progress","model":"up","output":[]}}

      event: response.output_item.added
      data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[]}}

      event: response.output_item.done
      data: {"type":"response.output_item.done","sequence_number":2,"output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"%1$s%2$s"}}

      event: response.output_item.added
      data: {"type":"response.output_item.added","sequence_number":3,"output_index":1,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":""}}

      event: response.function_call_arguments.done
      data: {"type":"response.function_call_arguments.done","sequence_number":4,"output_index":1,"item_id":"fc_1","arguments":"{}"}

      event: response.output_item.done
      data: {"type":"response.output_item.done","sequence_number":5,"output_index":1,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{}","status":"completed"}}

      event: response.completed
      data: {"type":"response.completed","sequence_number":6,"response":{"id":"r","object":"response","status":"completed","model":"up","output":[{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{}"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}}

      """;

  private static final String COMPLETION =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,
      "finish_reason":"tool_calls","message":{"role":"assistant","content":null,"reasoning":"So.",
      "reasoning_details":[{"type":"reasoning.text","text":"So.","signature":"%s","format":"anthropic-claude-v1","index":0}],
      "tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]}}],
      "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
      """
          .formatted(SEAL);

  private static final String CHUNKS =
      """
      data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning_details":[{"type":"reasoning.text","text":"So.","index":0}]},"finish_reason":null}]}

      data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{"reasoning_details":[{"type":"reasoning.text","signature":"%1$s%2$s","index":0}]},"finish_reason":null}]}

      data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":null}]}

      data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

      data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}

      data: [DONE]

      """;

  private static final String FOLLOW_CHAT =
      """
      ,{"role":"assistant","content":null,"reasoning_details":[{"type":"reasoning.text",
      "text":"So.","signature":"%s","format":"anthropic-claude-v1","index":0}],
      "tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"call_1","content":"1"}
      """;

  private static final String FOLLOW_PLAIN =
      """
      ,{"role":"assistant","content":null,
      "tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"call_1","content":"1"}
      """;
}
