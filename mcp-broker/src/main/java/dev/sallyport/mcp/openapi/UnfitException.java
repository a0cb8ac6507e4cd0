package dev.sallyport.mcp.openapi;

/** An operation cannot be a tool. */
final class UnfitException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Misfit reason;

  UnfitException(Misfit reason) {
    super(reason.label(), null, false, false);
    this.reason = reason;
  }

  Misfit reason() {
    return reason;
  }
}
