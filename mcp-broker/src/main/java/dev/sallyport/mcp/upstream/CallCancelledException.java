package dev.sallyport.mcp.upstream;

/** The caller gave up. */
public final class CallCancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CallCancelledException() {
    super("the caller gave up", null, false, false);
  }
}
