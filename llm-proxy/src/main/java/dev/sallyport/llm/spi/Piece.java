package dev.sallyport.llm.spi;

import java.util.Optional;

/** What one event of a provider's stream gives. */
public sealed interface Piece {
  /**
   * An event for the caller: of an adapter in OpenAI's chat form, of a passage in the caller's own.
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

  /**
   * The provider said that the answer is whole.
   *
   * @param last of a passage, the event that says so; it goes out when the outcome is durable
   */
  record Finished(Optional<byte[]> last) implements Piece {
    /** Says so in the words of the caller's form. */
    public Finished() {
      this(Optional.empty());
    }
  }
}
