package dev.sallyport.llm.spi;

import dev.sallyport.vault.Injection;

/**
 * Translates between OpenAI's chat form and one protocol's wire form.
 *
 * <p>An adapter is a pure function of its arguments: it opens no socket, sees no credential, keeps
 * no state, and neither retries nor logs. The proxy does those, once, for all providers.
 */
public interface ProviderAdapter {
  /** The protocol's name in resources. */
  String protocol();

  /** How the protocol wants its credential. */
  Injection injection();

  /**
   * Encodes a request.
   *
   * @throws CannotCarryException if it asks for what this protocol has no place for and what cannot
   *     be left out, or, where the caller wants every parameter carried, for any such thing
   */
  WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException;

  /**
   * Decodes a whole answer.
   *
   * @throws MalformedReplyException if the body of a 2xx is not what this protocol documents
   */
  Reply decode(WireReply reply, Attempt attempt) throws MalformedReplyException;

  /** Begins to decode a streamed answer to the request. */
  ReplyStream stream(ChatRequest request, Attempt attempt);
}
