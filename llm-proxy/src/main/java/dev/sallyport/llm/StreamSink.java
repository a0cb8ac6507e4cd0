package dev.sallyport.llm;

import java.io.IOException;

/** Takes a streamed answer as server-sent events, on one thread at a time. */
public interface StreamSink {
  /**
   * Takes the head: once, before all else.
   *
   * @throws IOException if nobody is there any more
   */
  void open(AnswerHead head) throws IOException;

  /**
   * Takes one event: its lines and the empty line after them.
   *
   * @throws IOException if nobody is there any more
   */
  void event(byte[] frame) throws IOException;

  /**
   * Is told, now and then, that the model is still at work.
   *
   * @throws IOException if nobody is there any more
   */
  void waiting() throws IOException;
}
