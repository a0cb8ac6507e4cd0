package dev.sallyport.llm.responses;

import dev.sallyport.llm.spi.Housekeeping;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.Members;
import java.util.Map;
import java.util.Set;

/** What is read of a response. Source: OpenAI's SDKs. */
final class AnswerMembers {
  /** Where the items of a response are. */
  static final String OUTPUT = "output";

  private static final Members READ =
      new Members(
          Map.of(
              "",
              Set.of(
                  "created_at",
                  "error",
                  "id",
                  "incomplete_details",
                  "model",
                  OUTPUT,
                  "service_tier",
                  "status",
                  "usage"),
              "incomplete_details",
              Set.of("reason"),
              OUTPUT,
              Set.of(
                  "arguments",
                  "call_id",
                  "content",
                  "encrypted_content",
                  "id",
                  "input",
                  "name",
                  "role",
                  "status",
                  "summary",
                  "type"),
              "output.content",
              Set.of("annotations", "logprobs", "refusal", "text", "type"),
              "output.summary",
              Set.of("text", "type"),
              "usage",
              Set.of(
                  "input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details"),
              "usage.input_tokens_details",
              Set.of("cache_write_tokens", "cached_tokens"),
              "usage.output_tokens_details",
              Set.of("reasoning_tokens")),
          Map.of(
              OUTPUT,
              Set.of("custom_tool_call", "function_call", "message", "reasoning"),
              "output.content",
              Set.of("output_text", "reasoning_text", "refusal"),
              "output.summary",
              Set.of("summary_text")),
          Housekeeping.of("responses"));

  private AnswerMembers() {}

  static LeftOut leftOut() {
    return new LeftOut(READ);
  }
}
