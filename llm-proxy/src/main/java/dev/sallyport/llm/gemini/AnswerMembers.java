package dev.sallyport.llm.gemini;

import dev.sallyport.llm.spi.Housekeeping;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.Members;
import java.util.Map;
import java.util.Set;

/** What is read of an answer, or of a piece of one. Source: Google's Gen AI SDKs. */
final class AnswerMembers {
  /** Why a candidate ended, in words; told only where a filter ended it. */
  static final String FINISH_MESSAGE = "candidates.finishMessage";

  /** Where the parts of a candidate are. */
  static final String PARTS = "candidates.content.parts";

  private static final String LIKELY = "candidates.logprobsResult";
  private static final String USAGE = "usageMetadata";
  private static final Set<String> TOKEN = Set.of("logProbability", "token");
  private static final Set<String> COUNT = Set.of("modality", "tokenCount");

  private static final Members READ =
      new Members(
          Map.ofEntries(
              Map.entry("", Set.of("candidates", "modelVersion", "responseId", USAGE)),
              Map.entry(
                  "candidates",
                  Set.of("content", "finishMessage", "finishReason", "index", "logprobsResult")),
              Map.entry("candidates.content", Set.of("parts", "role")),
              Map.entry(
                  PARTS,
                  Set.of("functionCall", "inlineData", "text", "thought", "thoughtSignature")),
              Map.entry(PARTS + ".functionCall", Set.of("args", "id", "name")),
              Map.entry(PARTS + ".inlineData", Set.of("data", "mimeType")),
              Map.entry(LIKELY, Set.of("chosenCandidates", "topCandidates")),
              Map.entry(LIKELY + ".chosenCandidates", TOKEN),
              Map.entry(LIKELY + ".topCandidates", Set.of("candidates")),
              Map.entry(LIKELY + ".topCandidates.candidates", TOKEN),
              Map.entry(
                  USAGE,
                  Set.of(
                      "cacheTokensDetails",
                      "cachedContentTokenCount",
                      "candidatesTokenCount",
                      "candidatesTokensDetails",
                      "promptTokenCount",
                      "promptTokensDetails",
                      "thoughtsTokenCount",
                      "toolUsePromptTokenCount",
                      "totalTokenCount",
                      "trafficType")),
              Map.entry(USAGE + ".cacheTokensDetails", COUNT),
              Map.entry(USAGE + ".candidatesTokensDetails", COUNT),
              Map.entry(USAGE + ".promptTokensDetails", COUNT)),
          Map.of(),
          Housekeeping.of("gemini"));

  private AnswerMembers() {}

  static LeftOut leftOut() {
    return new LeftOut(READ);
  }
}
