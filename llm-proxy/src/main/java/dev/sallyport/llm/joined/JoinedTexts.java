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
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Takes lent secrets out of the texts that clients put together out of the events of one stream. An
 * event whose text ends as a secret begins waits, with all after it, until the text goes on; all
 * others pass as they came. For one thread.
 *
 * <p>A few characters pass ({@link dev.sallyport.vault.PieceScan#mostTold}): many an event ends as
 * one of the ways begins in which a secret may be written, and would be as late as the next one. If
 * it does become a secret, the rest of that is taken out.
 *
 * <p>No event waits for ever: of what goes on no more, what could become a secret is taken out.
 */
public final class JoinedTexts {
  /** How many bytes of events may wait; then what could become a secret is taken out. */
  static final int MOST_HELD = 512 << 10;

  /** How many events that add to other texts one waits for; then the same is done. */
  static final int MOST_EVENTS = 16;

  /** How many texts may be undecided or waiting at once. */
  static final int MOST_TEXTS = 1_024;

  private final Form form;
  private final Redactor redactor;
  private final boolean nothingLent;
  private final Map<String, JoinedText> texts = new HashMap<>();
  private final Deque<HeldEvent> held = new ArrayDeque<>();
  private int heldBytes;

  /** How many events added to a text. */
  private long said;

  /** Whether something was taken out, so that nothing may tell its words once more. */
  private boolean cut;

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
   * @throws MalformedReplyException if an event is no JSON object, has a member twice, or has more
   *     texts, or longer names of texts, than there is room for
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
          passed.addAll(cutOff());
          passed.add(failed);
        }
        case Piece.Finished finished -> {
          releaseAll(passed);
          passed.add(withoutOdds(finished));
        }
      }
    }
    return passed;
  }

  /** The last event of some forms tells the whole answer once more. */
  private Piece.Finished withoutOdds(Piece.Finished finished) throws MalformedReplyException {
    return finished.last().isPresent() && (cut || redactor.found() > 0)
        ? new Piece.Finished(Optional.of(Odds.withoutInEvent(form, finished.last().get())))
        : finished;
  }

  /** Is told that the stream broke off, and gives what waits, without beginnings of secrets. */
  public List<Piece> cutOff() {
    var passed = new ArrayList<Piece>(held.size());
    for (var event : held) {
      event.cutUndecided(_ -> true);
    }
    releaseAll(passed);
    return passed;
  }

  private void take(Piece.Event event, List<Piece> passed) throws MalformedReplyException {
    var taken = new HeldEvent(form, event);
    taken.find((name, delta) -> {
      var text = text(name);
      taken.add(text, text.take(delta, said));
    });
    held.add(taken);
    heldBytes += taken.bytes();
    release(passed);
    if (taken.says()) {
      cutUndecided(text -> said - text.grewAt() >= MOST_EVENTS, passed);
      said++;
    }
    while (heldBytes > MOST_HELD) {
      held.getFirst().cutUndecided(_ -> true);
      release(passed);
    }
  }

  private JoinedText text(String name) throws MalformedReplyException {
    var text = texts.get(name);
    if (text == null) {
      if (texts.size() >= MOST_TEXTS) {
        throw new MalformedReplyException("too many texts");
      }
      text = new JoinedText(name, redactor.scans());
      texts.put(name, text);
    }
    return text;
  }

  /** Takes what is undecided out of those of the texts that events wait for. */
  private void cutUndecided(Predicate<JoinedText> which, List<Piece> passed) {
    while (!held.isEmpty() && held.getFirst().cutUndecided(which)) {
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
    cut |= first.write(cut || redactor.found() > 0);
    passed.add(first.written());
    first.texts().filter(JoinedText::isDecided).forEach(text -> texts.remove(text.name()));
  }
}
