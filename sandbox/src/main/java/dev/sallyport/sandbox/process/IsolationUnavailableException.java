package dev.sallyport.sandbox.process;

/** A process must be isolated and cannot be; the message says why and what to do. */
public final class IsolationUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  IsolationUnavailableException(String problem) {
    super(problem);
  }
}
