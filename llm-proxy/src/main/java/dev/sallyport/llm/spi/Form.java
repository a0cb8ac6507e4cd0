package dev.sallyport.llm.spi;

/** The wire forms in which callers may talk. */
public enum Form {
  /** OpenAI's chat completions, which everything else is translated by. */
  CHAT,
  /** Anthropic's Messages. */
  MESSAGES,
  /** OpenAI's Responses. */
  RESPONSES,
  /** OpenAI's embeddings, which each provider's adapter takes as they are. */
  EMBEDDINGS
}
