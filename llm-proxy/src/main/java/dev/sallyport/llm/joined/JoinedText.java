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

  /** How many characters at its end could be the beginning of a secret. */
  long undecided() {
    long from = scans.stream().mapToLong(PieceScan::undecided).min().orElse(length);
    return length - Math.max(from, settled);
  }

  /** Whether something of a part could be of a secret that has not ended. */
  boolean isUndecided(TextPart part) {
    return part.to() > length - undecided();
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
