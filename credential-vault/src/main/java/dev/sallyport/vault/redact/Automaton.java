package dev.sallyport.vault.redact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Finds the secrets of one value in one pass, at one look-up a byte. Immutable.
 *
 * <p>A state stands for the ways to write a secret that what was read so far can be the beginning
 * of; in the state {@link #IDLE} there is none. What is built holds the secret, spread over a
 * table: it lives only as long as it is used.
 */
public final class Automaton {
  static final int IDLE = 0;
  static final int FOUND = -1;

  /** The most steps that building may take, which a value that repeats itself exceeds. */
  private static final long MAX_WORK = 4_000_000;

  /** How many backslashes may stand before a character that is escaped again and again. */
  private static final int MAX_BACKSLASHES = 16;

  /** How many digits of an escape there may be before it is at its end with one more. */
  private static final int MOST_DIGITS = 3;

  /** How long an escape may be that goes on. */
  private static final int MAX_ESCAPE = MAX_BACKSLASHES + 1 + MOST_DIGITS;

  private static final int MOST_TOLD = 7;

  /** Characters that lead nowhere in any state are all of one class, the first. */
  private final byte[] classes = new byte[128];

  private final int width;

  /** For each state, which is the index of its row, and each class: the next state. */
  private final int[] table;

  private final int most;

  private Automaton(Graph graph, int most) {
    this.width = classify(graph);
    this.table = new Construction(graph).table();
    this.most = most;
  }

  /**
   * Builds what finds a value.
   *
   * @param value printable ASCII, of at least 8 characters
   * @throws IllegalArgumentException if the value repeats itself too much to be looked for
   */
  public static Automaton of(String value) {
    int shortest = Forms.secrets(value).stream().mapToInt(String::length).min().orElse(0);
    return new Automaton(Forms.of(value), Math.clamp(shortest / 4 - 1, 1, MOST_TOLD));
  }

  /**
   * How many characters of the beginning of a secret may be told where it cannot be known yet that
   * it is one: less than a quarter of it, and no more than {@value #MOST_TOLD}.
   */
  int mostTold() {
    return most;
  }

  /** How much memory it takes, about. */
  public int bytes() {
    return 4 * table.length;
  }

  /** The state after one more character; {@link #FOUND} if it ends a secret. */
  int next(int state, int character) {
    return character < 128 ? table[state + classes[character]] : IDLE;
  }

  /** Whether a character changes the state {@link #IDLE}. */
  boolean begins(int character) {
    return character < 128 && table[classes[character]] != IDLE;
  }

  /**
   * Where a match that ends here begins: the last place from which it is still found, and before
   * that an escape of JSON that would go on in what takes its place.
   *
   * @param floor what is before it has gone on, or is gone
   * @param mark where the match cannot begin before; not before the floor
   */
  int beginOfMatch(byte[] bytes, int floor, int mark, int end) {
    int low = lastFrom(mark, end, from -> run(bytes, from, end) == FOUND);
    return beforeEscape(bytes, floor, low);
  }

  /**
   * Where that begins which a state at the end of bytes stands for, with an escape of JSON that
   * goes on in it: what is before that is not the beginning of a secret any more.
   *
   * @param floor what is before it is gone
   * @param mark where the state was {@link #IDLE}; not the end
   */
  int beginOfState(byte[] bytes, int floor, int mark, int end, int state) {
    int low = lastFrom(mark, end, from -> run(bytes, from, end) == state);
    return beforeOpenEscape(bytes, floor, low);
  }

  /**
   * Where that begins which has to be known of an escape of JSON that goes on at a place, so that
   * it can be taken out with what follows. Of more backslashes than it takes, those before are a
   * multiple of {@value #MAX_BACKSLASHES}, and so escape none of the others.
   *
   * @param floor what is before it is gone
   */
  static int beforeOpenEscape(byte[] bytes, int floor, int place) {
    int begin = beforeEscape(bytes, floor, place);
    int more = Math.max(0, place - begin - MAX_ESCAPE);
    return begin + more / MAX_BACKSLASHES * MAX_BACKSLASHES;
  }

  /**
   * Where an escape of JSON begins that goes on at a place, {@code \\} or {@code \\u} and up to
   * three digits, with all backslashes before it; the place itself if none does.
   *
   * @param floor where it is not looked before
   */
  private static int beforeEscape(byte[] bytes, int floor, int place) {
    int low = place;
    while (low > floor && place - low < MOST_DIGITS && isHexDigit(bytes[low - 1])) {
      low--;
    }
    boolean open = low - 1 > floor && bytes[low - 1] == 'u' && bytes[low - 2] == '\\';
    return beforeBackslashes(bytes, floor, open ? low - 1 : place);
  }

  private static boolean isHexDigit(byte one) {
    return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f') || (one >= 'A' && one <= 'F');
  }

  private static int beforeBackslashes(byte[] bytes, int mark, int place) {
    int low = place;
    while (low > mark && bytes[low - 1] == '\\') {
      low--;
    }
    return low;
  }

  /**
   * The last place before an end for which something holds that holds up to there, the begin at
   * least. It is looked for from the end on, in steps that double, so that what is far before it
   * costs nothing.
   */
  private static int lastFrom(int begin, int end, IntPredicate holds) {
    int low = end - 1;
    int high = low;
    for (int back = 2; low > begin && !holds.test(low); back *= 2) {
      high = low - 1;
      low = Math.max(begin, end - back);
    }
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (holds.test(middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The state after some bytes by themselves; {@link #FOUND} if they hold a secret. */
  private int run(byte[] bytes, int from, int end) {
    int current = IDLE;
    for (int i = from; i < end && current != FOUND; i++) {
      current = next(current, bytes[i] & 0xff);
    }
    return current;
  }

  private int classify(Graph graph) {
    int count = 1;
    for (int node = 0; node < graph.size(); node++) {
      for (long edge : graph.edges(node)) {
        int character = Graph.character(edge);
        if (classes[character] == 0) {
          classes[character] = (byte) count++;
        }
      }
    }
    return count;
  }

  /** A set of nodes as a key. */
  @SuppressWarnings("ArrayRecordComponent") // its own equality, by content
  private record Nodes(int[] sorted) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Nodes(int[] others) && Arrays.equals(sorted, others);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(sorted);
    }
  }

  /** The building of the table: each state is a set of nodes of the graph. */
  private final class Construction {
    private final Graph graph;
    private final Map<Nodes, Integer> states = new HashMap<>();
    private final List<int[]> pending = new ArrayList<>();

    /** The nodes that each class of characters leads to: a scratch, with how many there are. */
    private final int[][] targets = new int[width][8];

    private final int[] counts = new int[width];
    private long work;

    Construction(Graph graph) {
      this.graph = graph;
    }

    int[] table() {
      state(new int[0]);
      var rows = new int[width * 64];
      for (int i = 0; i < pending.size(); i++) {
        if (rows.length < (i + 1) * width) {
          rows = Arrays.copyOf(rows, 2 * rows.length);
        }
        fill(rows, i * width, pending.get(i));
      }
      return Arrays.copyOf(rows, pending.size() * width);
    }

    private void fill(int[] rows, int row, int[] nodes) {
      Arrays.fill(counts, 0);
      collect(Graph.START);
      var fromStart = counts.clone();
      for (int node : nodes) {
        work += graph.edges(node).length;
        collect(node);
      }
      if (work > MAX_WORK) {
        throw new IllegalArgumentException("the value repeats itself too much");
      }
      for (int i = 1; i < width; i++) {
        boolean likeIdle = row > 0 && counts[i] == fromStart[i];
        rows[row + i] = likeIdle ? rows[i] : state(distinct(targets[i], counts[i]));
      }
    }

    private void collect(int node) {
      for (long edge : graph.edges(node)) {
        int target = Graph.target(edge);
        int index = classes[Graph.character(edge)];
        if (counts[index] == targets[index].length) {
          targets[index] = Arrays.copyOf(targets[index], 2 * counts[index]);
        }
        targets[index][counts[index]++] = target;
      }
    }

    private static int[] distinct(int[] nodes, int count) {
      var sorted = Arrays.copyOf(nodes, count);
      Arrays.sort(sorted);
      int kept = 0;
      for (int i = 0; i < count; i++) {
        if (i == 0 || sorted[i] != sorted[i - 1]) {
          sorted[kept++] = sorted[i];
        }
      }
      return kept == count ? sorted : Arrays.copyOf(sorted, kept);
    }

    private int state(int[] nodes) {
      if (nodes.length > 0 && nodes[0] == Graph.END) { // START is the target of nothing
        return FOUND;
      }
      return states.computeIfAbsent(
          new Nodes(nodes),
          _ -> {
            pending.add(nodes);
            return (pending.size() - 1) * width;
          });
    }
  }
}
