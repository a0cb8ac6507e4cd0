package dev.sallyport.llm.spi;

/** What one event of a provider's stream gives. */
public sealed interface Piece {
  /**
   * An event for the caller, in OpenAI's chat form.
   *
   * @param frame the event's lines and the empty line after them
   * @param content whether it bears something that the model said, so that nobody else may answer
   *     after it
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
  record Event(byte[] frame, boolean content) implements Piece {}

  /** A comment, which says only that the provider is at work. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
  record Comment(byte[] frame) implements Piece {}

  /** The provider said that it failed. */
  record Failed(Failure failure) implements Piece {}

  /** The provider said that the answer is whole. */
  record Finished() implements Piece {}
}
