package dev.sallyport.llm;

import dev.sallyport.identity.action.Refusal;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes a streamed answer as server-sent events, on one thread at a time. */
public interface StreamSink {
  /**
   * Takes the head: once, before all else.
   *
   * @throws IOException if nobody is there any more
   */
  void open(AnswerHead head) throws IOException;

  /**
   * Takes, after the head, whom to ask what the answer costs by the usage that was told so far.
   *
   * @param usd empty while that is not known
   */
  default void costs(Supplier<Optional<BigDecimal>> usd) {}

  /**
   * Takes one event in OpenAI's chat form: its lines and the empty line after them.
   *
   * @throws IOException if nobody is there any more
   */
  void event(byte[] frame) throws IOException;

  /**
   * Takes one event in the caller's own form, as its provider wrote it.
   *
   * @throws IOException if nobody is there any more
   */
  void own(byte[] frame) throws IOException;

  /**
   * Takes the end of a whole answer. Nothing comes after it.
   *
   * @param own the event that says so in the caller's own form, where a provider wrote it
   * @throws IOException if nobody is there any more
   */
  void end(Optional<byte[]> own) throws IOException;

  /**
   * Takes the end of an answer that broke off. Nothing comes after it.
   *
   * @throws IOException if nobody is there any more
   */
  void broken(Refusal why) throws IOException;

  /**
   * Is told, now and then, that the model is still at work.
   *
   * @throws IOException if nobody is there any more
   */
  void waiting() throws IOException;
}
