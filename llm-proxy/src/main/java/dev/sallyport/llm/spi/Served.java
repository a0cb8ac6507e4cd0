package dev.sallyport.llm.spi;

import java.util.Optional;

/**
 * What a provider says of an answer.
 *
 * @param model the model that answered
 * @param finishReason why it ended, in OpenAI's words
 * @param usage what it used
 * @param serviceTier at which of its service tiers, in its own words
 */
public record Served(
    Optional<String> model,
    Optional<String> finishReason,
    Optional<Usage> usage,
    Optional<String> serviceTier) {
  /** Nothing is known. */
  public static final Served UNKNOWN =
      new Served(Optional.empty(), Optional.empty(), Optional.empty());

  /** At a service tier that is not told. */
  public Served(Optional<String> model, Optional<String> finishReason, Optional<Usage> usage) {
    this(model, finishReason, usage, Optional.empty());
  }
}
