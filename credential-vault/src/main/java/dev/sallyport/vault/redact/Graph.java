package dev.sallyport.vault.redact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The ways to write a secret, as nodes joined by ASCII characters. It has no cycles; every way
 * leads from {@link #START} to {@link #END}. For one thread.
 */
final class Graph {
  static final int START = 0;
  static final int END = 1;

  /** For each node, the edges that go out, each a character and a node in one number. */
  private final List<long[]> edges = new ArrayList<>();

  /** Nodes within a spelling, which nothing but spellings from the same node goes through. */
  private final BitSet within = new BitSet();

  Graph() {
    addNode();
    addNode();
  }

  int addNode() {
    edges.add(new long[0]);
    return edges.size() - 1;
  }

  int size() {
    return edges.size();
  }

  /** The edges out of a node, for {@link #character} and {@link #target}. */
  long[] edges(int node) {
    return edges.get(node);
  }

  static int character(long edge) {
    return (int) (edge >>> 32);
  }

  static int target(long edge) {
    return (int) edge;
  }

  /**
   * Joins two nodes by texts. Those that begin alike share their beginning; hexadecimal digits
   * behind the first character of a text stand for both cases.
   */
  void join(int from, int to, List<String> texts) {
    for (var text : texts) {
      int last = text.length() - 1;
      int node = from;
      for (int i = 0; i < last; i++) {
        node = step(node, text.charAt(i), i > 0);
      }
      connect(node, text.charAt(last), to, last > 0);
    }
  }

  private int step(int node, char c, boolean fold) {
    for (long edge : edges.get(node)) {
      if (character(edge) == c && within.get(target(edge))) {
        return target(edge);
      }
    }
    int added = addNode();
    within.set(added);
    connect(node, c, added, fold);
    return added;
  }

  private void connect(int from, char c, int to, boolean fold) {
    addEdge(from, c, to);
    if (fold && ((c >= 'a' && c <= 'f') || c == 'x')) {
      addEdge(from, Character.toUpperCase(c), to);
    }
  }

  private void addEdge(int from, char c, int to) {
    long edge = ((long) c << 32) | to;
    long[] known = edges.get(from);
    for (long other : known) {
      if (other == edge) {
        return;
      }
    }
    long[] grown = Arrays.copyOf(known, known.length + 1);
    grown[known.length] = edge;
    edges.set(from, grown);
  }
}
