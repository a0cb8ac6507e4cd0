package dev.sallyport.llm.anthropic;

import dev.sallyport.llm.spi.Housekeeping;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.Members;
import java.util.Map;
import java.util.Set;

/** What is read of a message, or of the events of one. Source: Anthropic's SDKs. */
final class AnswerMembers {
  private static final Members READ =
      new Members(
          Map.of(
              "",
              Set.of(
                  "content",
                  "content_block",
                  "delta",
                  "id",
                  "index",
                  "message",
                  "model",
                  "role",
                  "stop_details",
                  "stop_reason",
                  "stop_sequence",
                  "type",
                  "usage"),
              "content",
              Set.of(
                  "data",
                  "id",
                  "input",
                  "name",
                  "partial_json",
                  "signature",
                  "text",
                  "thinking",
                  "type"),
              "stop_details",
              Set.of("category", "explanation", "type"),
              "usage",
              Set.of(
                  "cache_creation",
                  "cache_creation_input_tokens",
                  "cache_read_input_tokens",
                  "input_tokens",
                  "output_tokens",
                  "output_tokens_details",
                  "service_tier",
                  "speed"),
              "usage.cache_creation",
              Set.of("ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens"),
              "usage.output_tokens_details",
              Set.of("thinking_tokens")),
          Map.of(
              "content",
              Set.of(
                  "input_json_delta",
                  "redacted_thinking",
                  "signature_delta",
                  "text",
                  "text_delta",
                  "thinking",
                  "thinking_delta",
                  "tool_use")),
          Housekeeping.of("messages"));

  private AnswerMembers() {}

  static LeftOut leftOut() {
    return new LeftOut(READ);
  }
}
