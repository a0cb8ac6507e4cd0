package dev.sallyport.llm;

/** What became of a call that was not streamed. */
public sealed interface Answer {
  AnswerHead head();

  /**
   * The model answered.
   *
   * @param body in OpenAI's chat form
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
  record Completed(AnswerHead head, byte[] body) implements Answer {}

  /**
   * The provider found a mistake of the caller's.
   *
   * @param message the provider's own words, bounded and without control characters
   */
  record Rejected(AnswerHead head, String message) implements Answer {}
}
