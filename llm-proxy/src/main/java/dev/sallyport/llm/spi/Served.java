package dev.sallyport.llm.spi;

import java.util.Optional;

/**
 * What a provider says of an answer.
 *
 * @param model the model that answered
 * @param finishReason why it ended, in OpenAI's words
 * @param usage what it used
 */
public record Served(Optional<String> model, Optional<String> finishReason, Optional<Usage> usage) {
  /** Nothing is known. */
  public static final Served UNKNOWN =
      new Served(Optional.empty(), Optional.empty(), Optional.empty());
}
