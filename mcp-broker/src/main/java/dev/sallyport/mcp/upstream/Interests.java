package dev.sallyport.mcp.upstream;

import java.util.Set;

/**
 * What is to be told of a server.
 *
 * @param lists whether its lists are no longer the same
 * @param uris what can be read and may change, by the server's own words
 * @param tasks the tasks that go on there, by the server's own names
 */
public record Interests(boolean lists, Set<String> uris, Set<String> tasks) {
  /** Nothing. */
  public static final Interests NONE = new Interests(false, Set.of(), Set.of());

  public Interests {
    uris = Set.copyOf(uris);
    tasks = Set.copyOf(tasks);
  }

  /** What is to be told of a server without tasks. */
  public Interests(boolean lists, Set<String> uris) {
    this(lists, uris, Set.of());
  }

  public boolean isEmpty() {
    return !lists && uris.isEmpty() && tasks.isEmpty();
  }

  /** The same, with or without lists. */
  public Interests withLists(boolean wanted) {
    return new Interests(wanted, uris, tasks);
  }
}
