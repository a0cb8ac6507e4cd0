package dev.sallyport.llm.sse;

import java.io.IOException;
import java.util.Optional;

/** Reads a provider's stream event by event. For one thread. */
@FunctionalInterface
public interface FrameReader {
  /**
   * The next event; empty at the end. An event that the end cuts off is not given.
   *
   * @throws FrameTooLargeException if an event is larger than allowed
   */
  Optional<SseFrame> next() throws IOException;
}
