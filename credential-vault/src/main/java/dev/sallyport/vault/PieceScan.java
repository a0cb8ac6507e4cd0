package dev.sallyport.vault;

import java.util.List;

/**
 * Looks for one lent secret in a text that comes in pieces, such as the deltas of a streamed
 * answer, of which each is well-formed by itself. For one text and one thread.
 */
public interface PieceScan {
  /** What takes the place of a secret. */
  String replacement();

  /**
   * Looks at the next piece, and counts what it finds.
   *
   * @return where the secrets stand that end in it, in order; they may begin in pieces before
   */
  List<Span> next(String piece);

  /**
   * From where on the text so far could be the beginning of a secret, or of an escape of JSON that
   * one could stand in, counted from its first character: its length if nothing could. Never
   * further back than twice the length of a secret, however it is written.
   */
  long undecided();

  /** How much of what could be the beginning of a secret may be told before it is decided. */
  int mostTold();

  /**
   * A part of the text, counted from its first character.
   *
   * @param to the first character after it
   */
  record Span(long from, long to) {}
}
