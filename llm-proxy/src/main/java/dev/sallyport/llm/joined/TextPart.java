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

  /** Whether it ends within an escape of JSON, so that what follows it is a part of that. */
  private final boolean endsInEscape;

  /** By their place, what stands where something is gone. */
  private final Map<Integer, String> marks = new TreeMap<>();

  /**
   * A part that nothing is taken out of yet.
   *
   * @param from where in the text it begins
   * @param endsInEscape whether it ends within an escape of JSON
   */
  TextPart(Delta delta, long from, String value, boolean endsInEscape) {
    this.delta = delta;
    this.from = from;
    this.value = value;
    this.endsInEscape = endsInEscape;
  }

  /** Where in the text it begins. */
  long from() {
    return from;
  }

  /** The first place after it. */
  long to() {
    return from + value.length();
  }

  boolean endsInEscape() {
    return endsInEscape;
  }

  /** Takes out what stands both here and in a span. */
  void cut(Span span) {
    gone.set(begin(span), (int) (Math.min(span.to(), to()) - from));
  }

  /** Puts a mark where that begins which stands both here and in a span. */
  void mark(Span span, String mark) {
    marks.putIfAbsent(begin(span), mark);
  }

  private int begin(Span span) {
    return (int) (Math.max(span.from(), from) - from);
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
