package dev.sallyport.llm.sse;

import java.io.IOException;

/** An event is larger than is read. */
public final class FrameTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** An event that is larger than that. */
  public FrameTooLargeException(int maxFrameBytes) {
    super("an event of over " + maxFrameBytes + " bytes");
  }
}
