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

  /**
   * Is told that the provider sends no more.
   *
   * @return empty if the answer was not whole: this protocol says so by an event, and it did not
   * @throws MalformedReplyException if it is not what the provider documents
   */
  default List<Piece> end() throws MalformedReplyException {
    return List.of();
  }

  /** What is known so far. */
  Served served();

  /** How many bytes of what the model said went by so far, for when its provider does not count. */
  long contentBytes();
}
