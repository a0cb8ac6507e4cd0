package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds numbers that spell text.
 *
 * <p>Eight numbers in a row, through the whole content or down one column of it, that are character
 * codes and mostly letters, are taken for text. Only items that are shown, and as many more as one
 * run takes, are looked at. What a clever server can still spell is bounded by the budget only.
 */
final class NumberText {
  private static final int RUN = 8;
  private static final int LETTERS = 6;
  private static final int LAST_CODE = 126;

  private final Map<String, List<Place>> columns = new HashMap<>();
  private final List<Place> all = new ArrayList<>();
  private final StringBuilder pointer = new StringBuilder();
  private final StringBuilder column = new StringBuilder();
  private final int mostItems;

  private NumberText(int mostItems) {
    this.mostItems = mostItems;
  }

  /**
   * The places, as JSON pointers, of the numbers that spell text, among those that are shown.
   *
   * @param maxDepth the levels that are shown
   * @param maxItems the items of an array that are shown
   */
  static Set<String> placesIn(JsonNode content, int maxDepth, int maxItems) {
    var search = new NumberText(maxItems + RUN);
    search.visit(content, maxDepth);
    if (search.all.size() < RUN) {
      return Set.of();
    }
    Set<String> found = new HashSet<>();
    mark(search.all, found);
    search.columns.values().forEach(places -> mark(places, found));
    return found;
  }

  private void visit(JsonNode node, int levels) {
    if (node.isNumber()) {
      var place = new Place(pointer.toString(), node.isIntegralNumber() ? node.longValue() : -1);
      all.add(place);
      columns.computeIfAbsent(column.toString(), _ -> new ArrayList<>()).add(place);
    } else if (levels > 0 && node.isContainerNode()) {
      var pointed = pointer.length();
      var columned = column.length();
      if (node.isArray()) {
        column.append("/*");
        for (var i = 0; i < node.size() && i < mostItems; i++) {
          pointer.append('/').append(i);
          visit(node.get(i), levels - 1);
          pointer.setLength(pointed);
        }
      }
      for (var member : node.properties()) {
        var name = escaped(member.getKey());
        pointer.append('/').append(name);
        column.append("/:").append(name);
        visit(member.getValue(), levels - 1);
        pointer.setLength(pointed);
        column.setLength(columned);
      }
      column.setLength(columned);
    }
  }

  /** A member's name as a part of a pointer. */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static void mark(List<Place> places, Set<String> found) {
    var codes = 0;
    var letters = 0;
    for (var end = 0; end < places.size(); end++) {
      codes += places.get(end).isCode() ? 1 : 0;
      letters += places.get(end).isLetter() ? 1 : 0;
      if (end >= RUN) {
        codes -= places.get(end - RUN).isCode() ? 1 : 0;
        letters -= places.get(end - RUN).isLetter() ? 1 : 0;
      }
      if (codes == RUN && letters >= LETTERS) {
        places.subList(end - RUN + 1, end + 1).forEach(place -> found.add(place.pointer()));
      }
    }
  }

  private record Place(String pointer, long number) {
    boolean isCode() {
      return number == '\n' || number == '\t' || (number >= ' ' && number <= LAST_CODE);
    }

    boolean isLetter() {
      return number == ' ' || (isCode() && Character.isLetter((int) number));
    }
  }
}
