package dev.sallyport.llm.spi;

/** A provider's answer is not what its protocol documents. */
public final class MalformedReplyException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A fault of a provider's.
   *
   * @param problem what is wrong, in words of ours alone
   */
  public MalformedReplyException(String problem) {
    super(problem, null, false, false);
  }
}
