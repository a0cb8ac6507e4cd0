package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the events of items of reasoning into deltas of a chat answer. Texts go out as they come;
 * the provider's secret of an item waits until it is known what the item stands before.
 */
final class ReasoningChunks {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, Integer> indexes = new HashMap<>();
  private final List<JsonNode> waiting = new ArrayList<>();

  /** The delta for some text, if there is any. */
  Optional<ObjectNode> delta(JsonNode event, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    boolean summary = event.path("type").asText("").contains("summary");
    int part = event.path(summary ? "summary_index" : "content_index").asInt();
    return Optional.of(said(event.path("item_id").asText(""), summary, part, text));
  }

  private ObjectNode said(String item, boolean summary, int part, String text) {
    var key = key(item, summary, part);
    boolean begins = !indexes.containsKey(key);
    boolean first = indexes.isEmpty();
    int index = indexes.computeIfAbsent(key, _ -> indexes.size());
    var kind = summary ? "summary" : "text";
    var said = NODES.objectNode().put("reasoning", (begins && !first ? "\n\n" : "") + text);
    said.putArray("reasoning_details")
        .add(
            ReasoningItems.finish(
                ReasoningItems.detail(kind, kind, text), item, index, Optional.empty()));
    return said;
  }

  private static String key(String item, boolean summary, int part) {
    return item + (summary ? "/summary/" : "/text/") + part;
  }

  /** Takes a whole item, and gives the delta for the texts that no event told of. */
  Optional<ObjectNode> done(JsonNode event) {
    var item = event.path("item");
    waiting.add(item);
    var all = NODES.objectNode();
    var text = new StringBuilder();
    for (var kind : List.of("summary", "content")) {
      int part = 0;
      for (var one : item.path(kind)) {
        boolean summary = kind.equals("summary");
        var words = one.path("text").asText("");
        var id = item.path("id").asText("");
        if (!words.isEmpty() && !indexes.containsKey(key(id, summary, part))) {
          var said = said(id, summary, part, words);
          text.append(said.path("reasoning").asText());
          all.withArray("/reasoning_details").addAll(said.withArray("/reasoning_details"));
        }
        part++;
      }
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(all.put("reasoning", text.toString()));
  }

  /** The delta for the secrets that waited. */
  Optional<ObjectNode> settled(Optional<String> before) {
    var said = NODES.objectNode();
    var details = said.putArray("reasoning_details");
    for (var item : waiting) {
      var secret = item.path("encrypted_content").asText("");
      var id = item.path("id").asText("");
      if (!secret.isEmpty()) {
        int index = indexes.size();
        indexes.put(id + "/secret", index);
        details.add(
            ReasoningItems.finish(
                ReasoningItems.detail("encrypted", "data", secret), id, index, before));
      }
    }
    waiting.clear();
    return details.isEmpty() ? Optional.empty() : Optional.of(said);
  }
}
