package dev.sallyport.llm.kit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What a fake provider would bill. Remembers the last {@value #MOST} answers. Thread-safe. */
public final class Meter {
  private static final int MOST = 10_000;

  private final Deque<Line> lines = new ArrayDeque<>();
  private Usage total = Usage.NONE;
  private long answers;

  Meter() {}

  /**
   * What one answer costs.
   *
   * @param number of the answer, counted from 1
   * @param cut whether the answer was not sent whole
   */
  public record Line(long number, String protocol, String model, Usage usage, boolean cut) {}

  synchronized void bill(Line line) {
    lines.add(line);
    total = total.plus(line.usage());
    answers++;
    if (lines.size() > MOST) {
      lines.remove();
    }
  }

  /** The last answers, in the order in which they ended. */
  public synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  /** The sum over all answers ever. */
  public synchronized Usage total() {
    return total;
  }

  /** How many answers there were. */
  public synchronized long answers() {
    return answers;
  }
}
