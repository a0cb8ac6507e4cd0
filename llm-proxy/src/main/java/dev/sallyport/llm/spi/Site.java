package dev.sallyport.llm.spi;

import java.util.Optional;

/**
 * Where a provider serves a model, as far as its wire form depends on it.
 *
 * @param project of Google Cloud
 * @param region of a cloud
 * @param apiVersion of Azure
 * @param publisher whose model it is, where a cloud serves those of several
 * @param api which of a provider's ways to ask for an answer is used
 * @param quirks how it differs from the protocol that it speaks
 */
public record Site(
    Optional<String> project,
    Optional<String> region,
    Optional<String> apiVersion,
    Optional<String> publisher,
    Api api,
    Quirks quirks) {
  /** Nothing is known of it. */
  public static final Site PLAIN =
      new Site(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Api.CHAT,
          Quirks.NONE);

  /** The ways to ask an OpenAI-like provider. */
  public enum Api {
    /** {@code /chat/completions}. */
    CHAT,
    /** {@code /responses}. */
    RESPONSES
  }
}
