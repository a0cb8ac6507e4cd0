package dev.sallyport.llm.spi;

/** Asks a provider how many tokens a request has, which costs nothing. Pure, as an adapter is. */
public interface TokenCounter {
  /**
   * The question.
   *
   * @throws CannotCarryException if the request has no form on this provider's wire
   */
  WireRequest encode(ModelRequest asked, Attempt attempt) throws CannotCarryException;

  /**
   * The answer.
   *
   * @param reply one whose status is 2xx
   * @throws MalformedReplyException if its body is not what this protocol documents
   */
  long decode(WireReply reply) throws MalformedReplyException;
}
