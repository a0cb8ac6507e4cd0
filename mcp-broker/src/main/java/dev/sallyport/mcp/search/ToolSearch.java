package dev.sallyport.mcp.search;

import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.mcp.search.Ranking.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds approved tools by the words of their names, titles and descriptions, from memory. What
 * someone finds, and in which order, depends on nothing but the tools that they may know of.
 * Thread-safe.
 */
public final class ToolSearch {
  /** The most characters of a query. */
  public static final int MAX_QUERY_CHARS = 512;

  private static final int MAX_WORDS = 32;

  private final ToolRegistry registry;
  private final AtomicLong changes = new AtomicLong();
  private volatile Index index = new Index(-1, Map.of());

  /** All servers' indexes as they were after so many changes. */
  private record Index(long after, Map<String, ServerIndex> servers) {}

  /**
   * What was found.
   *
   * @param best the tools that fit best, the best first
   * @param matching how many tools have a word of the query
   */
  public record Found(List<RegisteredTool> best, int matching) {
    public Found {
      best = List.copyOf(best);
    }
  }

  public ToolSearch(ToolRegistry registry) {
    this.registry = registry;
    registry.whenChanged(changes::incrementAndGet);
  }

  /**
   * Searches.
   *
   * @param server the one to search in; all without one
   * @param visible which tools may be found
   * @param limit how many at most
   * @throws IllegalArgumentException if the query is too long
   */
  public Found find(
      String query, Optional<String> server, Predicate<RegisteredTool> visible, int limit) {
    if (query.length() > MAX_QUERY_CHARS) {
      throw new IllegalArgumentException(
          "a query has at most %d characters: %d".formatted(MAX_QUERY_CHARS, query.length()));
    }
    var words = Words.of(query, MAX_WORDS).stream().distinct().toList();
    var candidates = new ArrayList<Candidate>();
    for (var one : indexes(server)) {
      addTo(candidates, one, words, visible);
    }
    return new Found(Ranking.best(candidates, words.size(), limit), candidates.size());
  }

  private static void addTo(
      List<Candidate> candidates,
      ServerIndex index,
      List<String> words,
      Predicate<RegisteredTool> visible) {
    var weights = new TreeMap<Integer, int[]>();
    for (int word = 0; word < words.size(); word++) {
      for (var place : index.having(words.get(word))) {
        weights.computeIfAbsent(place.tool(), _ -> new int[words.size()])[word] = place.weight();
      }
    }
    weights.forEach((at, ofWords) -> {
      var tool = index.tools().get(at);
      if (visible.test(tool)) {
        candidates.add(new Candidate(tool, ofWords, index.lengths().get(at)));
      }
    });
  }

  private List<ServerIndex> indexes(Optional<String> server) {
    var all = current().servers();
    return server.isPresent()
        ? Optional.ofNullable(all.get(server.get())).stream().toList()
        : List.copyOf(all.values());
  }

  /** The index of what is approved now; only what has changed is read again. */
  private Index current() {
    var known = index;
    return known.after() == changes.get() ? known : renewed();
  }

  private synchronized Index renewed() {
    long after = changes.get();
    var known = index;
    if (known.after() == after) {
      return known;
    }
    var tools =
        registry.tools().stream().collect(Collectors.groupingBy(tool -> tool.server().name()));
    var servers = new HashMap<String, ServerIndex>();
    tools.forEach((server, now) -> {
      var before = known.servers().get(server);
      servers.put(
          server, before != null && before.tools().equals(now) ? before : ServerIndex.of(now));
    });
    var renewed = new Index(after, Map.copyOf(servers));
    index = renewed;
    return renewed;
  }
}
