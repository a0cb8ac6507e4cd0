package dev.sallyport.vault.egress;

import java.io.IOException;

/** No answer, or no whole answer, came from an upstream. */
public final class EgressException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public EgressException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Why. */
  public enum Reason {
    /** As many requests of the pool are under way as may be: nothing was sent. */
    BUSY,
    /**
     * The name did not resolve, its address is one that no request may go to, or no connection came
     * about: the upstream did nothing.
     */
    CONNECT,
    /** The peer's certificate does not hold. */
    TLS,
    /** Nothing came in time. */
    TIMEOUT,
    /** The upstream broke off. */
    DISCONNECTED,
    /** What came is not HTTP. */
    MALFORMED,
    /** More came than was allowed. */
    TOO_LARGE
  }
}
