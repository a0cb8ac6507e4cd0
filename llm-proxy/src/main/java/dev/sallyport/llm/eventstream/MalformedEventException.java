package dev.sallyport.llm.eventstream;

import java.io.IOException;

/** An event is not what AWS's event streams are made of. */
public final class MalformedEventException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedEventException(String problem) {
    super(problem);
  }
}
