package dev.sallyport.mcp.search;

import dev.sallyport.mcp.registry.RegisteredTool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tools of one server have which words. Never changed.
 *
 * @param tools in the order of their names
 * @param lengths how many words each has, those of names counted as often as they weigh
 * @param places by word, the tools that have it
 */
record ServerIndex(
    List<RegisteredTool> tools, List<Integer> lengths, Map<String, List<Place>> places) {
  private static final int MAX_WORDS = 512;
  private static final int NAME_WEIGHT = 3;
  private static final int TITLE_WEIGHT = 2;

  /**
   * That a tool has a word.
   *
   * @param tool where it stands among the tools
   * @param weight how often, that in its name counted more
   */
  record Place(int tool, int weight) {}

  static ServerIndex of(List<RegisteredTool> tools) {
    var lengths = new ArrayList<Integer>(tools.size());
    var places = new HashMap<String, List<Place>>();
    for (int i = 0; i < tools.size(); i++) {
      int at = i;
      var weights = weights(tools.get(i));
      weights.forEach((word, weight) ->
          places.computeIfAbsent(word, _ -> new ArrayList<>(1)).add(new Place(at, weight)));
      lengths.add(weights.values().stream().mapToInt(Integer::intValue).sum());
    }
    return new ServerIndex(tools, lengths, places);
  }

  private static Map<String, Integer> weights(RegisteredTool tool) {
    var weights = new HashMap<String, Integer>();
    add(tool.exposedName(), NAME_WEIGHT, weights);
    var definition = tool.definition();
    add(definition.path("title").asText(""), TITLE_WEIGHT, weights);
    add(definition.path("annotations").path("title").asText(""), TITLE_WEIGHT, weights);
    add(definition.path("description").asText(""), 1, weights);
    return weights;
  }

  private static void add(String text, int weight, Map<String, Integer> weights) {
    for (var word : Words.of(text, MAX_WORDS)) {
      weights.merge(word, weight, Integer::sum);
    }
  }

  /** The tools that have a word. */
  List<Place> having(String word) {
    return places.getOrDefault(word, List.of());
  }
}
