package dev.sallyport.llm.bedrock;

import dev.sallyport.llm.spi.Housekeeping;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.Members;
import java.util.Map;
import java.util.Set;

/** What is read of a Converse answer, or of an event of one. Source: the AWS SDKs. */
final class AnswerMembers {
  /** Where the blocks of an answer are. */
  static final String CONTENT = "output.message.content";

  private static final Members READ =
      new Members(
          Map.ofEntries(
              Map.entry(
                  "",
                  Set.of(
                      "additionalModelResponseFields",
                      "contentBlockIndex",
                      "delta",
                      "output",
                      "role",
                      "serviceTier",
                      "start",
                      "stopReason",
                      "usage")),
              Map.entry("additionalModelResponseFields", Set.of("stop_sequence")),
              Map.entry("output", Set.of("message")),
              Map.entry("output.message", Set.of("content", "role")),
              Map.entry(CONTENT, Set.of("citationsContent", "reasoningContent", "text", "toolUse")),
              Map.entry(CONTENT + ".citationsContent", Set.of("content")),
              Map.entry(CONTENT + ".citationsContent.content", Set.of("text")),
              Map.entry(
                  CONTENT + ".reasoningContent",
                  Set.of("reasoningText", "redactedContent", "signature", "text")),
              Map.entry(CONTENT + ".reasoningContent.reasoningText", Set.of("signature", "text")),
              Map.entry(CONTENT + ".toolUse", Set.of("input", "name", "toolUseId")),
              Map.entry("serviceTier", Set.of("type")),
              Map.entry(
                  "usage",
                  Set.of(
                      "cacheDetails",
                      "cacheReadInputTokens",
                      "cacheWriteInputTokens",
                      "inputTokens",
                      "outputTokens")),
              Map.entry("usage.cacheDetails", Set.of("inputTokens", "ttl"))),
          Map.of(),
          Housekeeping.of("converse"));

  private AnswerMembers() {}

  static LeftOut leftOut() {
    return new LeftOut(READ);
  }
}
