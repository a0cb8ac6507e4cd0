package dev.sallyport.llm.bedrock;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The parameters of one request that could not be carried as they were, each once, in order. */
final class Dropped {
  private final Set<String> names = new LinkedHashSet<>();

  void add(String name) {
    names.add(name);
  }

  List<String> names() {
    return List.copyOf(names);
  }
}
