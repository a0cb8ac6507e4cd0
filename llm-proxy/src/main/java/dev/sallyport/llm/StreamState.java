package dev.sallyport.llm;

import java.util.Locale;

/** What a streamed answer that is under way is at. */
public enum StreamState {
  /** Nothing of an answer has gone out: the model has not begun, or its calls are decided on. */
  WAITING,
  ANSWERING,
  /** Its caller reads slower than the model writes: a write has not ended for a second. */
  BLOCKED,
  /** Its caller has left, and it is read on since its provider is paid for it anyway. */
  DRAINING;

  /** The stable name, such as {@code waiting}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
