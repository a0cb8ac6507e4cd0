package dev.sallyport.gateway.server;

/** A gateway that cannot start, and in one sentence why and how to mend it. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String sentence) {
    super(sentence);
  }

  public StartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
