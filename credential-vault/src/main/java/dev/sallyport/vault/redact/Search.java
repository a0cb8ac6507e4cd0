package dev.sallyport.vault.redact;

/** Looks for secrets in a text that comes in pieces. For one text and one thread. */
final class Search {
  /** How much may be undecided of which the begin is looked for each time. */
  private static final int LITTLE = 64;

  private final Automaton automaton;
  private int state = Automaton.IDLE;

  /** How much was undecided when its begin was last looked for. */
  private int looked;

  /** Takes what is found. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes one secret.
     *
     * @param end the first place after it
     */
    void take(int begin, int end);
  }

  Search(Automaton automaton) {
    this.automaton = automaton;
  }

  /** Forgets what was undecided. */
  void reset() {
    state = Automaton.IDLE;
    looked = 0;
  }

  /**
   * Looks through bytes that begin with what was undecided.
   *
   * @param offset where that begins
   * @param next where that begins which was not looked at
   * @param sink takes what is found, in order
   * @return from where on they could be the beginning of a secret, or of an escape of JSON that one
   *     could stand in; the end if nothing could
   */
  int next(byte[] bytes, int offset, int next, int end, Sink sink) {
    int floor = offset;
    int mark = offset;
    int current = state;
    for (int i = next; i < end; i++) {
      current = automaton.next(current, bytes[i] & 0xff);
      if (current == Automaton.IDLE) {
        mark = i + 1;
      } else if (current == Automaton.FOUND) {
        sink.take(automaton.beginOfMatch(bytes, floor, mark, i + 1), i + 1);
        floor = i + 1;
        mark = i + 1;
        current = Automaton.IDLE;
      }
    }
    state = current;
    if (mark > offset) {
      looked = 0; // that was undecided before, and is not now
    }
    return beginOfUndecided(bytes, floor, mark, end);
  }

  /**
   * Looked for exactly while that is little work; else only once there is twice as much. It is not
   * where the state was idle: every secret can be written so that it begins with any of the
   * characters that begin escapes, and a run of those is idle nowhere.
   */
  private int beginOfUndecided(byte[] bytes, int floor, int mark, int end) {
    int most = end - mark;
    if (most == 0 || (most > LITTLE && most < 2 * looked)) {
      return Automaton.beforeOpenEscape(bytes, floor, mark);
    }
    int from = automaton.beginOfState(bytes, floor, mark, end, state);
    looked = end - from;
    return from;
  }
}
