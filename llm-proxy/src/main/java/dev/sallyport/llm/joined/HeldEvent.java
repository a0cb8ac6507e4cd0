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

/** An event that has not gone out, and what it adds to texts. */
final class HeldEvent {
  private final Piece.Event event;
  private final Optional<ObjectNode> tree;
  private final List<Added> added = new ArrayList<>(2);

  /** A part of a text. */
  private record Added(JoinedText text, TextPart part) {
    boolean waits() {
      return text.holdsUp(part);
    }
  }

  HeldEvent(Piece.Event event) throws MalformedReplyException {
    this.event = event;
    var data = FrameData.of(event.frame());
    this.tree = data.length == 0 ? Optional.empty() : Optional.of(WireJson.object(data));
  }

  /** What it adds. */
  List<Delta> deltas(Form form) {
    return tree.map(object -> Deltas.of(form, object)).orElse(List.of());
  }

  void add(JoinedText text, TextPart part) {
    added.add(new Added(text, part));
  }

  int bytes() {
    return event.frame().length;
  }

  /** Whether it has to wait for how a text goes on. */
  boolean waits() {
    return added.stream().anyMatch(Added::waits);
  }

  /** Takes out of its texts what could be the beginning of a secret. */
  void cutUndecided() {
    added.stream().filter(Added::waits).map(Added::text).forEach(JoinedText::cutUndecided);
  }

  /** The event as it goes out: as it came, unless something was taken out. */
  Piece.Event release() {
    boolean changed = false;
    for (var one : added) {
      changed |= one.part().write();
      one.text().release();
    }
    return changed && tree.isPresent()
        ? new Piece.Event(
            FrameData.replace(event.frame(), WireJson.bytes(tree.get())), event.content())
        : event;
  }
}
