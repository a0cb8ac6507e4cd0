package dev.sallyport.mcp.wire;

import java.io.IOException;

/** Bytes that are not JSON as it is taken here. Its message is a constant. */
public final class MalformedJsonException extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedJsonException(String message) {
    super(message);
  }

  MalformedJsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
