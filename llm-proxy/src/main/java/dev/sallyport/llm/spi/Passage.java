package dev.sallyport.llm.spi;

/**
 * Passes requests in a caller's own form on to a provider that speaks it, and the answers back, as
 * they are: only the model, the credential and what policy demands are changed, what a provider
 * says in the gateway's name is dropped, and what goes by is looked at. Embeddings, which have no
 * other form in the middle, are translated here where their provider has other words for them.
 * Pure, as an adapter is.
 */
public interface Passage {
  /**
   * The request for the provider.
   *
   * @param own as the caller wrote it
   */
  WireRequest encode(JsonBody own, Attempt attempt) throws CannotCarryException;

  /**
   * Looks at a whole answer, which is given on as it is.
   *
   * @param own what was asked, as the caller wrote it
   * @throws MalformedReplyException if the body of a 2xx is not what this protocol documents
   */
  Reply decode(WireReply reply, JsonBody own, Attempt attempt) throws MalformedReplyException;

  /** Begins to look at a streamed answer, whose events are given on as they are. */
  ReplyStream stream(JsonBody own, Attempt attempt);
}
