package dev.sallyport.llm.spi;

import dev.sallyport.llm.sse.SseFrame;
import java.util.List;

/** Translates one streamed answer, event by event. For one thread. */
public interface ReplyStream {
  /**
   * Takes the provider's next event.
   *
   * @throws MalformedReplyException if it is not what the provider documents
   */
  List<Piece> accept(SseFrame event) throws MalformedReplyException;

  /** What is known so far. */
  Served served();

  /** How many bytes of what the model said went by so far, for when its provider does not count. */
  long contentBytes();
}
