package dev.sallyport.identity.condition;

/** A condition that cannot be used. Its message says what is wrong with it, and where. */
public final class InvalidConditionException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidConditionException(String message) {
    super(message, null, false, false);
  }

  /** What is wrong, for whoever wrote the condition. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
