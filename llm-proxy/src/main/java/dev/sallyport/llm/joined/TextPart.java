package dev.sallyport.llm.joined;

import dev.sallyport.vault.PieceScan.Span;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** What one event adds to a text, and what of that is taken out. */
final class TextPart {
  private final Delta delta;
  private final long from;
  private final String value;
  private final BitSet gone = new BitSet();

  /** By their place, what stands where something is gone. */
  private final Map<Integer, String> marks = new TreeMap<>();

  /**
   * A part that nothing is taken out of yet.
   *
   * @param from where in the text it begins
   */
  TextPart(Delta delta, long from, String value) {
    this.delta = delta;
    this.from = from;
    this.value = value;
  }

  /** The first place after it. */
  long to() {
    return from + value.length();
  }

  /** Whether some of it stands in a span. */
  boolean overlaps(Span span) {
    return !value.isEmpty() && from < span.to() && span.from() < to();
  }

  /** Takes out what stands both here and in a span, and puts a mark where that begins. */
  void cut(Span span, String mark) {
    int begin = (int) (Math.max(span.from(), from) - from);
    int end = (int) (Math.min(span.to(), to()) - from);
    gone.set(begin, end);
    marks.merge(begin, mark, (before, more) -> before.isEmpty() ? more : before);
  }

  /** Writes what is left into the event; false if that is all. */
  boolean write() {
    if (gone.isEmpty()) {
      return false;
    }
    var left = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      left.append(marks.getOrDefault(i, ""));
      if (!gone.get(i)) {
        left.append(value.charAt(i));
      }
    }
    delta.replace(left.toString());
    return true;
  }
}
