package dev.sallyport.llm.kit;

import java.util.List;

/**
 * An answer as it is sent, and what it costs by when.
 *
 * @param made how many tokens were made when the piece of that index is sent
 */
record Played(Script script, Usage usage, List<Long> made) {
  Played {
    made = List.copyOf(made);
  }

  /** One whose price is of no interest. */
  static Played free(Script script) {
    return whole(script, Usage.NONE);
  }

  /** One that costs everything as soon as any of it is sent. */
  static Played whole(Script script, Usage usage) {
    return new Played(script, usage, script.pieces().stream().map(_ -> usage.out()).toList());
  }

  Played with(Script other) {
    return new Played(other, usage, made);
  }

  /** What it costs if only so many pieces are sent. */
  Usage after(int pieces) {
    return pieces == 0 || made.isEmpty()
        ? usage.made(0)
        : usage.made(made.get(Math.min(pieces, made.size()) - 1));
  }
}
