package dev.sallyport.llm.joined;

import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.vault.Redactor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes lent secrets out of the texts that clients put together out of the events of one stream. An
 * event whose text ends as a secret begins waits, with all after it, until the text goes on; all
 * others pass as they came. For one thread.
 *
 * <p>A few characters pass ({@link dev.sallyport.vault.PieceScan#mostTold}): many an event ends as
 * one of the ways begins in which a secret may be written, and would be as late as the next one. If
 * it does become a secret, the rest of that is taken out.
 */
public final class JoinedTexts {
  /** How many bytes of events may wait; then what could become a secret is taken out. */
  static final int MOST_HELD = 512 << 10;

  private final Form form;
  private final Redactor redactor;
  private final boolean nothingLent;
  private final Map<String, JoinedText> texts = new HashMap<>();
  private final Deque<HeldEvent> held = new ArrayDeque<>();
  private int heldBytes;

  /**
   * The texts of one stream.
   *
   * @param form that its events are in
   */
  public JoinedTexts(Form form, Redactor redactor) {
    this.form = form;
    this.redactor = redactor;
    this.nothingLent = redactor.scans().isEmpty();
  }

  /**
   * Takes what one event of the provider gives, and gives what can go on.
   *
   * @throws MalformedReplyException if an event is no JSON object, or has a member twice
   */
  public List<Piece> accept(List<Piece> pieces) throws MalformedReplyException {
    if (nothingLent) {
      return pieces;
    }
    var passed = new ArrayList<Piece>(pieces.size());
    for (var piece : pieces) {
      switch (piece) {
        case Piece.Event event -> take(event, passed);
        case Piece.Comment comment -> passed.add(comment);
        case Piece.Failed failed -> {
          releaseAll(passed);
          passed.add(failed);
        }
        case Piece.Finished finished -> {
          releaseAll(passed);
          passed.add(finished);
        }
      }
    }
    return passed;
  }

  private void take(Piece.Event event, List<Piece> passed) throws MalformedReplyException {
    var taken = new HeldEvent(event);
    for (var delta : taken.deltas(form)) {
      var text = texts.computeIfAbsent(delta.text(), _ -> new JoinedText(redactor.scans()));
      taken.add(text, text.take(delta));
    }
    held.add(taken);
    heldBytes += event.frame().length;
    release(passed);
    while (heldBytes > MOST_HELD) {
      held.getFirst().cutUndecided();
      release(passed);
    }
  }

  private void release(List<Piece> passed) {
    while (!held.isEmpty() && !held.getFirst().waits()) {
      releaseFirst(passed);
    }
  }

  private void releaseAll(List<Piece> passed) {
    while (!held.isEmpty()) {
      releaseFirst(passed);
    }
  }

  private void releaseFirst(List<Piece> passed) {
    var first = held.removeFirst();
    heldBytes -= first.bytes();
    passed.add(first.release());
  }
}
