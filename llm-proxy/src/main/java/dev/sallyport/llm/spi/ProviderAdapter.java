package dev.sallyport.llm.spi;

import dev.sallyport.llm.sse.FrameReader;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.vault.Injection;
import java.io.InputStream;
import java.util.Optional;

/**
 * Translates between OpenAI's chat form and one protocol's wire form.
 *
 * <p>An adapter is a pure function of its arguments: it opens no socket, sees no credential, keeps
 * no state, and neither retries nor logs. The proxy does those, once, for all providers.
 */
public interface ProviderAdapter {
  /** The protocol's name in resources. */
  String protocol();

  /** How the protocol wants its credential at a site. */
  Injection injection(Site site);

  /**
   * Encodes a request.
   *
   * @throws CannotCarryException if it asks for what this protocol has no place for and what cannot
   *     be left out, or, where the caller wants every parameter carried, for any such thing
   */
  WireRequest encode(ChatRequest request, Attempt attempt) throws CannotCarryException;

  /**
   * Decodes a whole answer to the request, whose names, such as those of its tools, the answer may
   * tell in other words.
   *
   * @throws MalformedReplyException if the body of a 2xx is not what this protocol documents
   */
  Reply decode(WireReply reply, ChatRequest request, Attempt attempt)
      throws MalformedReplyException;

  /** Begins to decode a streamed answer to the request. */
  ReplyStream stream(ChatRequest request, Attempt attempt);

  /**
   * How requests in a form other than chat are passed on as they are; empty if this provider does
   * not speak that form at that site, so that they have to be translated.
   */
  default Optional<Passage> passage(Form form, Site site) {
    return Optional.empty();
  }

  /**
   * Whether what the model thought before it called a tool has a place in requests at that site, so
   * that it is put back where a client left it out.
   */
  default boolean replaysReasoning(Site site) {
    return true;
  }

  /** How to ask a provider at a site for the length of a request; empty if it cannot be asked. */
  default Optional<TokenCounter> counter(Site site) {
    return Optional.empty();
  }

  /** What the content type of a streamed answer begins with. */
  default String streamType() {
    return "text/event-stream";
  }

  /** Reads the events of a streamed answer, none larger than allowed. */
  default FrameReader frames(InputStream body, int maxFrameBytes) {
    return new SseReader(body, maxFrameBytes);
  }
}
