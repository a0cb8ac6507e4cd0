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

  private final Automaton automaton;
  private final String replacement;
  private final AtomicInteger counter;
  private final Search search;
  private byte[] tail = {};

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
    this.search = new Search(automaton);
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
    int from =
        search.next(
            text,
            0,
            held,
            text.length,
            (begin, end) -> found.add(new Span(undecided + begin, undecided + end)));
    tail = Arrays.copyOfRange(text, from, text.length);
    undecided += from;
    counter.addAndGet(found.size());
    return found;
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
