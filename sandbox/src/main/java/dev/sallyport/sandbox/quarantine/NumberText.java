package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
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
 * codes and mostly letters, are taken for text. What a clever server can still spell is bounded by
 * the budget only.
 */
final class NumberText {
  private static final int RUN = 8;
  private static final int LETTERS = 6;
  private static final int LAST_CODE = 126;

  private final Map<String, List<Place>> columns = new HashMap<>();
  private final List<Place> all = new ArrayList<>();

  private NumberText() {}

  /** The places, as JSON pointers, of the numbers that spell text. */
  static Set<String> placesIn(JsonNode content, int maxDepth) {
    var search = new NumberText();
    if (!hasRun(content)) {
      return Set.of();
    }
    search.visit(content, "", "", maxDepth);
    Set<String> found = new HashSet<>();
    mark(search.all, found);
    search.columns.values().forEach(column -> mark(column, found));
    return found;
  }

  /** Whether there are numbers enough to spell anything, on whatever level. */
  private static boolean hasRun(JsonNode content) {
    int numbers = 0;
    var open = new ArrayDeque<JsonNode>();
    open.push(content);
    while (!open.isEmpty() && numbers < RUN) {
      var node = open.pop();
      numbers += node.isNumber() ? 1 : 0;
      node.forEach(open::push);
    }
    return numbers >= RUN;
  }

  private void visit(JsonNode node, String pointer, String column, int levels) {
    if (node.isNumber()) {
      var place = new Place(pointer, node.isIntegralNumber() ? node.longValue() : -1);
      all.add(place);
      columns.computeIfAbsent(column, _ -> new ArrayList<>()).add(place);
    } else if (levels > 0 && node.isArray()) {
      for (var i = 0; i < node.size(); i++) {
        visit(node.get(i), pointer + "/" + i, column + "/*", levels - 1);
      }
    } else if (levels > 0 && node.isObject()) {
      node.properties()
          .forEach(member ->
              visit(
                  member.getValue(),
                  pointer + "/" + escaped(member.getKey()),
                  column + "/:" + escaped(member.getKey()),
                  levels - 1));
    }
  }

  /** A member's name as a part of a pointer. */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static void mark(List<Place> places, Set<String> found) {
    for (var end = RUN; end <= places.size(); end++) {
      var window = places.subList(end - RUN, end);
      if (window.stream().allMatch(Place::isCode)
          && window.stream().filter(Place::isLetter).count() >= LETTERS) {
        window.forEach(place -> found.add(place.pointer()));
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
