package dev.sallyport.llm.dialogue;

import dev.sallyport.identity.action.Permit;
import java.util.List;

/** What goes out of one streamed answer, and when. For one thread. */
public interface EventGate {
  /** What goes out at once when an event comes in, in OpenAI's chat form. */
  List<byte[]> accept(byte[] frame);

  /**
   * What goes out once the answer is whole.
   *
   * @throws dev.sallyport.identity.action.Refusal if the answer ends here
   */
  List<byte[]> end(Permit permit);
}
