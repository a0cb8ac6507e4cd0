package dev.sallyport.llm.joined;

import dev.sallyport.vault.PieceScan;
import dev.sallyport.vault.PieceScan.Span;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One text that clients put together, as far as it has not gone out. */
final class JoinedText {
  private final String name;
  private final List<PieceScan> scans;
  private final Deque<TextPart> parts = new ArrayDeque<>(1);
  private final EscapeState escape = new EscapeState();
  private long length;
  private long grewAt;

  /** Up to where it was decided on without knowing. */
  private long settled;

  /** Where something begins that a backslash before it escapes which was left standing. */
  private long escaped = -1;

  JoinedText(String name, List<PieceScan> scans) {
    this.name = name;
    this.scans = scans;
  }

  String name() {
    return name;
  }

  /**
   * Takes what is added, and takes out the secrets that end in it.
   *
   * @param event the number of the event that adds it
   */
  TextPart take(Delta delta, long event) {
    var value = delta.value();
    escape.next(value);
    var part = new TextPart(delta, length, value, escape.isOpen());
    length += value.length();
    grewAt = event;
    parts.add(part);
    for (var scan : scans) {
      scan.next(value).forEach(span -> cut(span, scan.replacement()));
    }
    return part;
  }

  /** The number of the last event that added to it. */
  long grewAt() {
    return grewAt;
  }

  private void cut(Span span, String replacement) {
    TextPart first = null;
    var backwards = parts.descendingIterator();
    while (backwards.hasNext()) {
      var part = backwards.next();
      if (part.to() <= span.from()) {
        break;
      }
      if (part.from() < span.to()) {
        part.cut(span);
        first = part;
      }
    }
    if (first != null) {
      boolean bare = Math.max(span.from(), first.from()) == escaped;
      first.mark(span, bare ? '\\' + replacement : replacement);
    }
  }

  /**
   * Whether a part has to wait, since something of it could be of a secret that has not ended, and
   * of which too much would be told; or else what is put in the rest's place would stand within an
   * escape.
   */
  boolean holdsUp(TextPart part) {
    for (var scan : scans) {
      long from = Math.max(scan.undecided(), settled);
      if (part.to() > from && (part.endsInEscape() || length - from > scan.mostTold())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes out what could be the beginning of a secret; but not a backslash at the end, since what
   * it escapes could then end more than itself.
   */
  void cutUndecided() {
    long end = escape.isAfterBackslash() ? length - 1 : length;
    for (var scan : scans) {
      var undecided = new Span(Math.max(scan.undecided(), settled), end);
      if (undecided.from() < end) {
        cut(undecided, scan.replacement());
      }
    }
    settled = length;
    escaped = escape.isAfterBackslash() ? length : -1;
  }

  /** Whether nothing of it waits, and nothing could be the beginning of a secret. */
  boolean isDecided() {
    return parts.isEmpty()
        && !escape.isOpen()
        && scans.stream().allMatch(scan -> scan.undecided() == length);
  }

  /** Is told that a part goes out: the first of those that have not. */
  void release() {
    parts.removeFirst();
  }
}
