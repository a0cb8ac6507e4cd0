package dev.sallyport.llm;

import java.io.IOException;

/** Nobody is there any more to take a stream. */
final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGoneException(IOException cause) {
    super(cause);
  }
}
