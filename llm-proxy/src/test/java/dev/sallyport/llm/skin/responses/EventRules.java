package dev.sallyport.llm.skin.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.Wire;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** What must hold of the events of one response, whoever wrote them. */
public final class EventRules {
  private static final Set<String> ENDS =
      Set.of("response.completed", "response.incomplete", "response.failed");

  private EventRules() {}

  /** The events of a stream, each of which names itself twice and alike. */
  public static List<JsonNode> read(String stream) {
    return Script.split(stream).stream()
        .filter(event -> event.startsWith("event: "))
        .map(event -> {
          var lines = event.split("\n", -1);
          JsonNode read = Wire.object(lines[1].substring("data: ".length()));
          assertThat(lines[0]).isEqualTo("event: " + read.path("type").asText());
          return read;
        })
        .toList();
  }

  /** Fails if the events do not tell of one whole response; gives the type of the last. */
  public static String check(List<JsonNode> events) {
    assertThat(events.get(0).path("type").asText()).isEqualTo("response.created");
    var items = new TreeMap<Integer, JsonNode>();
    var open = new TreeMap<Integer, JsonNode>();
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      var event = events.get(i);
      var type = event.path("type").asText();
      assertThat(event.path("sequence_number").asInt(-1)).as(type).isEqualTo(i);
      assertThat(ENDS.contains(type)).as("%s at %d", type, i).isEqualTo(i == events.size() - 1);
      int at = event.path("output_index").asInt();
      if (type.equals("response.output_item.added")) {
        assertThat(at).isEqualTo(items.size());
        items.put(at, event.path("item"));
        open.put(at, event.path("item"));
      } else if (type.equals("response.output_item.done")) {
        assertThat(open.remove(at)).as("the item at " + at).isNotNull();
        items.put(at, event.path("item"));
      } else if (event.has("output_index")) {
        assertThat(open).containsKey(at);
        assertThat(event.path("item_id"))
            .isEqualTo(Objects.requireNonNull(open.get(at)).path("id"));
      }
      grow(event, type, at, texts);
    }
    assertThat(open).isEmpty();
    var response = events.getLast().path("response");
    assertThat(response.path("id")).isEqualTo(events.get(0).path("response").path("id"));
    assertThat(response.path("output")).containsExactlyElementsOf(items.values());
    assertThat("response." + response.path("status").asText())
        .isEqualTo(events.getLast().path("type").asText());
    return events.getLast().path("type").asText();
  }

  /** What is said to be done is what was said bit by bit. */
  private static void grow(JsonNode event, String type, int at, Map<String, String> texts) {
    var key =
        at
            + type.replaceFirst("\\.(delta|done)$", "")
            + event.path("content_index").asText("")
            + event.path("summary_index").asText("");
    if (type.endsWith(".delta")) {
      texts.merge(key, event.path("delta").asText(), String::concat);
    } else if (type.endsWith(".done") && !event.has("part") && !event.has("item")) {
      var whole =
          List.of("text", "refusal", "arguments", "input").stream()
              .filter(event::has)
              .map(name -> event.path(name).asText())
              .findFirst();
      assertThat(whole).contains(texts.getOrDefault(key, ""));
    }
  }
}
