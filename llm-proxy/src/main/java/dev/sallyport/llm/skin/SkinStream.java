package dev.sallyport.llm.skin;

import dev.sallyport.identity.action.Refusal;
import java.util.List;

/**
 * Writes one streamed answer in a skin's form: each frame is an event's lines and the empty line
 * after them. What it says at the end is said just once. For one thread.
 */
public interface SkinStream {
  /** The frames for one frame in chat form. */
  List<byte[]> accept(byte[] chatFrame);

  /** Is told of a frame that goes out as its provider wrote it, in this form. */
  void passed(byte[] ownFrame);

  /** The frames that say that the answer is whole, where no provider's own frame does. */
  List<byte[]> end();

  /** The frames that say that the answer broke off, and why. */
  List<byte[]> broken(Refusal refusal);

  /** A sign of life. */
  byte[] waiting();
}
