package dev.sallyport.vault.redact;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Takes secrets out of bytes, however they are cut. For one stream and one thread. */
final class Sieve {
  private static final byte[] NOTHING = new byte[0];

  private final Search search;
  private final byte[] replacement;
  private byte[] held = NOTHING;
  private int found;

  /** Of the bytes that are looked through, where that begins which has not gone on. */
  private int passed;

  Sieve(Automaton automaton, byte[] replacement) {
    this.search = new Search(automaton);
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
    search.reset();
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
    int before = found;
    passed = offset;
    int keep =
        search.next(
            bytes,
            offset,
            offset + held.length,
            end,
            (begin, after) -> {
              out.write(bytes, passed, begin - passed);
              out.writeBytes(replacement);
              found++;
              passed = after;
            });
    held = keep == end ? NOTHING : Arrays.copyOfRange(bytes, keep, end);
    if (found == before) {
      return keep - offset;
    }
    out.write(bytes, passed, keep - passed);
    return -1;
  }
}
