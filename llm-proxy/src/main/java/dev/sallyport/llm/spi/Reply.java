package dev.sallyport.llm.spi;

/** What a provider's answer says. */
public sealed interface Reply {
  /**
   * An answer.
   *
   * @param body in OpenAI's chat form
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
  record Completed(byte[] body, Served served) implements Reply {}

  /** None. */
  record Failed(Failure failure) implements Reply {}
}
