package dev.sallyport.identity.action;

import dev.sallyport.identity.action.Cancellation.Why;

/** A call was given up. It has no stack trace: it is an answer, not a fault. */
public final class CallCancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Why why;

  public CallCancelledException(Why why) {
    super(why.label(), null, false, false);
    this.why = why;
  }

  public Why why() {
    return why;
  }
}
