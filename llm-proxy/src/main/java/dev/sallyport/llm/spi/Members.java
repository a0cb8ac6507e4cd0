package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The members of a protocol's objects that a translation reads. A place is the names of the members
 * that lead to an object, such as {@code messages.content}, without positions in lists; that of the
 * outermost object is empty. Immutable.
 *
 * @param read the members that are read, by the place of their object; what stands in a member is
 *     looked at if it has a place here itself, and is else read whole
 * @param types the types of objects that are read, by their place; objects of others are named
 *     whole, by their type
 * @param silent the places of members that nobody is told of
 */
public record Members(
    Map<String, Set<String>> read, Map<String, Set<String>> types, Set<String> silent) {
  public Members {
    read = Map.copyOf(read);
    types = Map.copyOf(types);
    silent = Set.copyOf(silent);
  }

  /**
   * Finds what is not read.
   *
   * @param place of the node, an object or a list of some
   * @param found takes the place and the value of each such member
   */
  public void unread(String place, JsonNode node, BiConsumer<String, JsonNode> found) {
    if (node.isArray()) {
      node.forEach(one -> unread(place, one, found));
      return;
    }
    var known = types.get(place);
    var type = node.path("type").asText("");
    if (known != null && node.isObject() && !known.contains(type)) {
      found.accept(within(place, type), node);
      return;
    }
    for (var member : node.properties()) {
      var name = within(place, member.getKey());
      if (!read.getOrDefault(place, Set.of()).contains(member.getKey())) {
        if (!silent.contains(name)) {
          found.accept(name, member.getValue());
        }
      } else if (read.containsKey(name)) {
        unread(name, member.getValue(), found);
      }
    }
  }

  private static String within(String place, String name) {
    return place.isEmpty() ? name : place + "." + name;
  }
}
