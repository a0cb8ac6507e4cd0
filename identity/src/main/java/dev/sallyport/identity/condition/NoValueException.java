package dev.sallyport.identity.condition;

/** An argument has no value that a condition can look at. Its message is a stable code. */
final class NoValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoValueException(String code) {
    super(code, null, false, false);
  }
}
