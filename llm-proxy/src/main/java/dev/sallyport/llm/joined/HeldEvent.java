package dev.sallyport.llm.joined;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.FrameData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An event that has not gone out, and what it adds to texts. */
final class HeldEvent {
  private final Form form;
  private final Piece.Event event;
  private final Optional<ObjectNode> tree;
  private final List<Added> added = new ArrayList<>(2);

  /** Of what is added, what waited last: mostly that still waits. */
  private int waited;

  private boolean changed;

  /** A part of a text. */
  private record Added(JoinedText text, TextPart part) {
    boolean waits() {
      return text.holdsUp(part);
    }
  }

  HeldEvent(Form form, Piece.Event event) throws MalformedReplyException {
    this.form = form;
    this.event = event;
    var data = FrameData.of(event.frame());
    this.tree = data.length == 0 ? Optional.empty() : Optional.of(WireJson.object(data));
  }

  /** Finds what it adds. */
  void find(Deltas.Sink sink) throws MalformedReplyException {
    if (tree.isPresent()) {
      Deltas.find(form, tree.get(), sink);
    }
  }

  void add(JoinedText text, TextPart part) {
    added.add(new Added(text, part));
  }

  /** The texts that it adds to; one may be there more than once. */
  Stream<JoinedText> texts() {
    return added.stream().map(Added::text);
  }

  /** Whether it adds to a text. */
  boolean says() {
    return !added.isEmpty();
  }

  int bytes() {
    return event.frame().length;
  }

  /** Whether it has to wait for how a text goes on. */
  boolean waits() {
    if (waited < added.size() && added.get(waited).waits()) {
      return true;
    }
    for (waited = 0; waited < added.size(); waited++) {
      if (added.get(waited).waits()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes out of some of its texts what could be the beginning of a secret.
   *
   * @param which of those that it waits for
   * @return whether there were any
   */
  boolean cutUndecided(Predicate<JoinedText> which) {
    boolean any = false;
    for (var one : added) {
      if (which.test(one.text()) && one.waits()) {
        one.text().cutUndecided();
        any = true;
      }
    }
    return any;
  }

  /**
   * Writes what is left of its texts.
   *
   * @param withoutOdds whether it may not tell the odds of words, though nothing is taken out of it
   * @return whether something was taken out of a text
   */
  boolean write(boolean withoutOdds) {
    boolean cut = false;
    for (var one : added) {
      cut |= one.part().write();
      one.text().release();
    }
    changed = cut;
    if (cut || withoutOdds) {
      changed |= tree.map(said -> Odds.empty(form, said)).orElse(false);
    }
    return cut;
  }

  /** The event as it goes out: as it came, unless something was taken out. */
  Piece.Event written() {
    return changed && tree.isPresent()
        ? new Piece.Event(
            FrameData.replace(event.frame(), WireJson.bytes(tree.get())), event.content())
        : event;
  }
}
