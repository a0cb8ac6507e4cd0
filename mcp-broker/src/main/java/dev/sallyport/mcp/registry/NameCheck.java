package dev.sallyport.mcp.registry;

import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.mcp.definition.Confusables;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds servers whose names look like those of others. */
final class NameCheck {
  private NameCheck() {}

  /**
   * What is wrong with new names. What was taken once stays, so that nothing is refused when the
   * gateway starts.
   *
   * @param present the names in force; if there are none, all are taken
   */
  static List<Mistake> mistakes(Set<String> names, Set<String> present) {
    var mistakes = new ArrayList<Mistake>();
    if (present.isEmpty()) {
      return mistakes;
    }
    var looks = new TreeMap<String, String>();
    for (var name : names) {
      if (present.contains(name)) {
        looks.put(Confusables.skeleton(name), name);
      }
    }
    var added = new TreeSet<>(names);
    added.removeAll(present);
    for (var name : added) {
      var other = looks.putIfAbsent(Confusables.skeleton(name), name);
      if (other != null) {
        mistakes.add(
            new Mistake(
                new Resource.Key("McpServer", name),
                "/metadata/name",
                "looks like " + other + ", which is another server; choose another name"));
      }
    }
    return mistakes;
  }
}
