package dev.sallyport.llm.spi;

import java.util.Map;
import java.util.Set;

/**
 * The members of answers that translations leave out without a word, since they say nothing of what
 * was answered: names, moments, places and fingerprints of the provider's, sums of what else is
 * told, and what only repeats the request. {@code docs/api.md} has the same table.
 */
public final class Housekeeping {
  private static final Map<String, Set<String>> MEMBERS =
      Map.of(
          "chat",
          Set.of(
              "choices.native_finish_reason",
              "metadata",
              "obfuscation",
              "system_fingerprint",
              "usage.completion_tokens_details.text_tokens",
              "usage.prompt_cache_miss_tokens",
              "usage.prompt_tokens_details.text_tokens",
              "usage.total_tokens",
              "x_groq"),
          "responses",
          Set.of(
              "background",
              "billing",
              "completed_at",
              "conversation",
              "frequency_penalty",
              "instructions",
              "max_output_tokens",
              "max_tool_calls",
              "metadata",
              "object",
              "parallel_tool_calls",
              "presence_penalty",
              "previous_response_id",
              "prompt",
              "prompt_cache_key",
              "prompt_cache_options",
              "prompt_cache_retention",
              "reasoning",
              "safety_identifier",
              "store",
              "temperature",
              "text",
              "tool_choice",
              "tools",
              "top_logprobs",
              "top_p",
              "truncation",
              "usage.total_tokens",
              "user"),
          "messages",
          Set.of("content.caller", "usage.inference_geo"),
          "gemini",
          Set.of(
              "candidates.logprobsResult.chosenCandidates.tokenId",
              "candidates.logprobsResult.logProbabilitySum",
              "candidates.logprobsResult.topCandidates.candidates.tokenId",
              "candidates.tokenCount",
              "createTime"),
          "converse",
          Set.of("metrics", "p", "usage.totalTokens"));

  private Housekeeping() {}

  /** By the form of the answer, and by their places in it. */
  public static Map<String, Set<String>> members() {
    return MEMBERS;
  }

  /** Those of one form: {@code chat}, {@code responses}, {@code messages} and so on. */
  public static Set<String> of(String form) {
    return MEMBERS.getOrDefault(form, Set.of());
  }
}
