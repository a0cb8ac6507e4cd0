package dev.sallyport.vault.redact;

import dev.sallyport.vault.PieceScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks for a secret by its automaton. Each character is one byte here, whatever it is. */
final class SecretScan implements PieceScan {
  /** Stands for all that no secret is written with. */
  private static final byte OTHER = (byte) 0x80;

  private static final int LITTLE = 64;

  private final Automaton automaton;
  private final String replacement;
  private final AtomicInteger counter;
  private int state = Automaton.IDLE;
  private byte[] tail = {};

  /** How long the tail was when its begin was last looked for. */
  private int looked;

  /** Where the tail begins. */
  private long undecided;

  /**
   * A scan of one text.
   *
   * @param counter of the secrets that are found
   */
  SecretScan(Automaton automaton, String replacement, AtomicInteger counter) {
    this.automaton = automaton;
    this.replacement = replacement;
    this.counter = counter;
  }

  @Override
  public String replacement() {
    return replacement;
  }

  @Override
  public List<Span> next(String piece) {
    int held = tail.length;
    var text = Arrays.copyOf(tail, held + piece.length());
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      text[held + i] = c < 0x80 ? (byte) c : OTHER;
    }
    var found = new ArrayList<Span>(0);
    int floor = 0;
    int mark = 0;
    int current = state;
    for (int i = held; i < text.length; i++) {
      current = automaton.next(current, text[i] & 0xff);
      if (current == Automaton.IDLE) {
        mark = i + 1;
      } else if (current == Automaton.FOUND) {
        int begin = automaton.beginOfMatch(text, floor, mark, i + 1);
        found.add(new Span(undecided + begin, undecided + i + 1));
        floor = i + 1;
        mark = i + 1;
        current = Automaton.IDLE;
      }
    }
    state = current;
    if (mark > 0) {
      looked = 0; // that was another tail
    }
    int from = beginOfUndecided(text, floor, mark);
    tail = Arrays.copyOfRange(text, from, text.length);
    undecided += from;
    counter.addAndGet(found.size());
    return found;
  }

  /** Looked for exactly while that is little work; else only once there is twice as much. */
  private int beginOfUndecided(byte[] text, int floor, int mark) {
    int most = text.length - mark;
    if (most == 0 || (most > LITTLE && most < 2 * looked)) {
      return Automaton.beforeEscape(text, floor, mark);
    }
    int from = automaton.beginOfState(text, floor, mark, state);
    looked = text.length - from;
    return from;
  }

  @Override
  public long undecided() {
    return undecided;
  }

  @Override
  public int mostTold() {
    return automaton.mostTold();
  }
}
