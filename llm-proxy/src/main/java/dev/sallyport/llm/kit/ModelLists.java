package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The lists of models, each in its provider's form. */
final class ModelLists {
  private static final List<String> NAMES =
      Arrays.stream(Behaviour.Says.values())
          .map(says -> "fake/" + says.name().toLowerCase(Locale.ROOT))
          .toList();

  private ModelLists() {}

  static Played openAi(Received request) {
    var route = request.route();
    int from = route.indexOf("/models/");
    if (from >= 0) {
      return Pieces.json(openAi(route.substring(from + "/models/".length())), Usage.NONE);
    }
    var list = Trees.object().put("object", "list");
    var data = list.putArray("data");
    NAMES.forEach(name -> data.add(openAi(name)));
    return Pieces.json(list, Usage.NONE);
  }

  private static ObjectNode openAi(String name) {
    return Trees.object()
        .put("id", name)
        .put("object", "model")
        .put("created", 1_790_000_000L)
        .put("owned_by", "fake");
  }

  static Played anthropic() {
    var list = Trees.object();
    var data = list.putArray("data");
    for (var name : NAMES) {
      data.addObject()
          .put("type", "model")
          .put("id", name)
          .put("display_name", name)
          .put("created_at", "2026-11-22T00:00:00Z");
    }
    list.put("has_more", false);
    list.put("first_id", NAMES.getFirst()).put("last_id", NAMES.getLast());
    return Pieces.json(list, Usage.NONE);
  }
}
