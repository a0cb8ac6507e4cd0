package dev.sallyport.vault.redact;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Takes secrets out of bytes, however they are cut. For one stream and one thread. */
final class Sieve {
  private static final byte[] NOTHING = new byte[0];

  private final Automaton automaton;
  private final byte[] replacement;
  private int state = Automaton.IDLE;
  private byte[] held = NOTHING;
  private int found;

  Sieve(Automaton automaton, byte[] replacement) {
    this.automaton = automaton;
    this.replacement = replacement.clone();
  }

  /** How many bytes are held back, since a secret could begin with them. */
  int heldBack() {
    return held.length;
  }

  /** How many secrets it has taken out. */
  int found() {
    return found;
  }

  /** Puts what is held back where the next bytes are to follow it. */
  void release(byte[] target, int offset) {
    System.arraycopy(held, 0, target, offset, held.length);
  }

  /** What is held back at the end of the stream: it was the beginning of nothing. */
  byte[] rest() {
    var rest = held;
    held = NOTHING;
    state = Automaton.IDLE;
    return rest;
  }

  /**
   * Looks through bytes that begin with what was held back.
   *
   * @param out is given all that may go on, if a secret was in it; else it is given nothing
   * @return how many of the bytes may go on as they are; -1 if {@code out} was given them
   */
  int sift(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {
    int end = offset + length;
    int from = offset;
    int mark = offset;
    int current = state;
    int before = found;
    for (int i = offset + held.length; i < end; i++) {
      current = automaton.next(current, bytes[i] & 0xff);
      if (current == Automaton.IDLE) {
        mark = i + 1;
      } else if (current == Automaton.FOUND) {
        int begin = automaton.beginOfMatch(bytes, from, mark, i + 1);
        out.write(bytes, from, begin - from);
        out.writeBytes(replacement);
        found++;
        from = i + 1;
        mark = i + 1;
        current = Automaton.IDLE;
      }
    }
    state = current;
    int keep = Automaton.beforeEscape(bytes, from, mark);
    held = keep == end ? NOTHING : Arrays.copyOfRange(bytes, keep, end);
    if (found == before) {
      return keep - offset;
    }
    out.write(bytes, from, keep - from);
    return -1;
  }
}
