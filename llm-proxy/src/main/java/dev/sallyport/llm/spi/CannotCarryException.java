package dev.sallyport.llm.spi;

/** A request asks for something that a provider's wire form has no place for. */
public final class CannotCarryException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A request that cannot be encoded.
   *
   * @param problem what and where, in words of ours, for the caller
   */
  public CannotCarryException(String problem) {
    super(problem, null, false, false);
  }

  /** What and where, for the caller. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
