package dev.sallyport.llm.joined;

import dev.sallyport.vault.PieceScan;
import dev.sallyport.vault.PieceScan.Span;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One text that clients put together, as far as it has not gone out. */
final class JoinedText {
  private final List<PieceScan> scans;
  private final Deque<TextPart> parts = new ArrayDeque<>();
  private long length;

  /** Up to where it was decided on without knowing. */
  private long settled;

  JoinedText(List<PieceScan> scans) {
    this.scans = scans;
  }

  /** Takes what is added, and takes out the secrets that end in it. */
  TextPart take(Delta delta) {
    var value = delta.value();
    var part = new TextPart(delta, length, value);
    length += value.length();
    parts.add(part);
    for (var scan : scans) {
      scan.next(value).forEach(span -> cut(span, scan.replacement()));
    }
    return part;
  }

  private void cut(Span span, String replacement) {
    var left = replacement;
    for (var part : parts) {
      if (part.overlaps(span)) {
        part.cut(span, left);
        left = "";
      }
    }
  }

  /**
   * Whether a part has to wait, since something of it could be of a secret that has not ended, and
   * of which too much would be told.
   */
  boolean holdsUp(TextPart part) {
    for (var scan : scans) {
      long from = Math.max(scan.undecided(), settled);
      if (part.to() > from && length - from > scan.mostTold()) {
        return true;
      }
    }
    return false;
  }

  /** Takes out what could be the beginning of a secret. */
  void cutUndecided() {
    for (var scan : scans) {
      if (scan.undecided() < length) {
        cut(new Span(Math.max(scan.undecided(), settled), length), scan.replacement());
      }
    }
    settled = length;
  }

  /** Is told that a part goes out: the first of those that have not. */
  void release() {
    parts.removeFirst();
  }
}
