package dev.sallyport.llm.openai;

import dev.sallyport.llm.spi.Housekeeping;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.Members;
import dev.sallyport.llm.spi.Quirks.Counting;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is read where an answer is written anew: its usage, and parts of what is said. All else of
 * it goes on, for the skins to look at. Source: OpenAI's SDKs, Mistral's parts.
 */
final class AnswerMembers {
  private static final Map<String, Set<String>> READ =
      Map.of(
          "choices.message.content",
          Set.of("text", "thinking", "type"),
          "choices.message.content.thinking",
          Set.of("text", "type"),
          "usage",
          Set.of(
              "completion_tokens",
              "completion_tokens_details",
              "prompt_tokens",
              "prompt_tokens_details"),
          "usage.completion_tokens_details",
          Set.of("audio_tokens", "image_tokens", "reasoning_tokens"),
          "usage.prompt_tokens_details",
          Set.of(
              "audio_tokens",
              "cache_write_1h_tokens",
              "cache_write_tokens",
              "cached_tokens",
              "image_tokens"));

  private static final Map<String, Set<String>> TYPES =
      Map.of("choices.message.content", Set.of("text", "thinking"));

  private static final Members PLAIN = besides(Set.of());

  private AnswerMembers() {}

  private static Members besides(Set<String> more) {
    var silent = new HashSet<>(Housekeeping.of("chat"));
    silent.addAll(more);
    return new Members(READ, TYPES, silent);
  }

  /** Of an answer, or an event of one, of a vendor who counts so. */
  static LeftOut leftOut(Counting counting) {
    var members =
        counting
            .cacheRead()
            .map(at -> besides(Set.of("usage" + at.replace('/', '.'))))
            .orElse(PLAIN);
    return new LeftOut(members);
  }
}
