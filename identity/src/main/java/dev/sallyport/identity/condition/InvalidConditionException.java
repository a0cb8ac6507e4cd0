package dev.sallyport.identity.condition;

/** A condition that cannot be used. Its message says what is wrong with it, and where. */
public final class InvalidConditionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean readable;

  /**
   * One of a text.
   *
   * @param readable whether the text can be read, and only its types are wrong
   */
  InvalidConditionException(String message, boolean readable) {
    super(message, null, false, false);
    this.readable = readable;
  }

  /** Whether it can be read, and only its types are wrong. */
  public boolean isReadable() {
    return readable;
  }

  /** What is wrong, for whoever wrote the condition. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
