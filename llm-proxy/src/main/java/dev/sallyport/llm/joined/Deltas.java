package dev.sallyport.llm.joined;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds what an event adds to texts, in any form. */
final class Deltas {
  /** Members that tell what something is: clients take them as they are, and join none. */
  private static final Set<String> NOT_JOINED =
      Set.of("id", "index", "type", "role", "name", "format", "item_id", "call_id", "status");

  /** Texts that clients join over all blocks and items, which come one after the other. */
  private static final Set<String> SPOKEN =
      Set.of("text", "thinking", "response.output_text.delta", "response.refusal.delta");

  private final List<Delta> found = new ArrayList<>(2);

  private Deltas() {}

  static List<Delta> of(Form form, ObjectNode event) {
    var deltas = new Deltas();
    switch (form) {
      case CHAT -> deltas.chat(event);
      case MESSAGES -> deltas.message(event);
      case RESPONSES -> deltas.response(event);
      case EMBEDDINGS -> {} // never streamed
    }
    return deltas.found;
  }

  private void chat(ObjectNode chunk) {
    for (var one : chunk.path("choices")) {
      if (one instanceof ObjectNode choice) {
        var text = choice.path("index").asText("0");
        walk(choice.path("delta"), text, choice);
        walk(choice.path("message"), text, choice);
      }
    }
  }

  private void message(ObjectNode event) {
    var block = event.path("index").asText("0");
    for (var part : List.of("content_block", "delta")) {
      if (event.path("type").asText("").startsWith("content_block_")) {
        walk(event.path(part), block, event);
      }
    }
  }

  private void response(ObjectNode event) {
    var type = event.path("type").asText("");
    if (!type.endsWith(".delta")) {
      return;
    }
    var place = new StringBuilder(type);
    if (!SPOKEN.contains(type)) {
      for (var number : List.of("output_index", "content_index", "summary_index")) {
        place.append('/').append(event.path(number).asText(""));
      }
    }
    add(event.path("delta"), place.toString(), event, "delta", event);
  }

  private void walk(JsonNode said, String place, ObjectNode about) {
    if (said instanceof ObjectNode object) {
      for (var field : object.properties()) {
        var name = field.getKey();
        if (!NOT_JOINED.contains(name)) {
          add(field.getValue(), at(place, name, about), object, name, about);
        }
      }
    }
  }

  /** Of Anthropic's blocks, those of one kind are one text. */
  private static String at(String place, String name, ObjectNode about) {
    return SPOKEN.contains(name) && about.has("type") ? name : place + '/' + name;
  }

  private void add(
      JsonNode value, String place, ObjectNode within, String member, ObjectNode about) {
    if (value.isTextual()) {
      found.add(new Delta(place, within, member, about));
    }
    walk(value, place, about);
    if (value.isArray()) {
      int number = 0;
      for (var one : value) {
        walk(one, place + '/' + one.path("index").asText(Integer.toString(number)), about);
        number++;
      }
    }
  }
}
