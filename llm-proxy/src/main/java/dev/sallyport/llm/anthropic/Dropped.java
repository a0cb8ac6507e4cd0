package dev.sallyport.llm.anthropic;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The parameters of one request that could not be carried as they were, each once, in order. */
final class Dropped {
  private final Set<String> names = new LinkedHashSet<>();

  void add(String name) {
    names.add(name);
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  List<String> names() {
    return List.copyOf(names);
  }
}
