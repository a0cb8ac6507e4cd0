package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Takes a streamed answer in OpenAI's chat form, chunk by chunk, on one thread at a time. */
public interface ChatSink {
  /**
   * Takes the next chunk.
   *
   * @throws IOException if nobody is there any more to take it; the call then ends as aborted
   */
  void chunk(ObjectNode chunk) throws IOException;

  /**
   * Is told, now and then, that the model is still at work.
   *
   * @throws IOException if nobody is there any more
   */
  default void waiting() throws IOException {}
}
