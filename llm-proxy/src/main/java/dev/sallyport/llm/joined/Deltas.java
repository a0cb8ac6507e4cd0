package dev.sallyport.llm.joined;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import java.util.List;
import java.util.Set;

/** Finds what an event adds to texts, in any form. What is empty adds nothing. */
final class Deltas {
  /**
   * The most characters of what a text is called by, which is where it stands: providers use fewer
   * than 100.
   */
  static final int MOST_OF_A_PLACE = 256;

  /** Members that tell what something is: clients take them as they are, and join none. */
  private static final Set<String> NOT_JOINED =
      Set.of("id", "index", "type", "role", "name", "format", "item_id", "call_id", "status");

  /** Texts that clients join over all blocks and items, which come one after the other. */
  private static final Set<String> SPOKEN =
      Set.of("text", "thinking", "response.output_text.delta", "response.refusal.delta");

  private final Sink sink;

  /** Takes what is found. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes one addition.
     *
     * @param text which text it is to, by where that stands
     * @throws MalformedReplyException if there are too many texts
     */
    void take(String text, Delta delta) throws MalformedReplyException;
  }

  private Deltas(Sink sink) {
    this.sink = sink;
  }

  /**
   * Finds what an event adds, in order.
   *
   * @throws MalformedReplyException if a text has a name that is too long, or the sink says so
   */
  static void find(Form form, ObjectNode event, Sink sink) throws MalformedReplyException {
    var deltas = new Deltas(sink);
    switch (form) {
      case CHAT -> deltas.chat(event);
      case MESSAGES -> deltas.message(event);
      case RESPONSES -> deltas.response(event);
      case EMBEDDINGS -> {} // never streamed
    }
  }

  private void chat(ObjectNode chunk) throws MalformedReplyException {
    for (var one : chunk.path("choices")) {
      if (one instanceof ObjectNode choice) {
        var text = number(choice.path("index"), "0");
        walk(choice.path("delta"), text, choice);
        walk(choice.path("message"), text, choice);
      }
    }
  }

  private void message(ObjectNode event) throws MalformedReplyException {
    var block = number(event.path("index"), "0");
    for (var part : List.of("content_block", "delta")) {
      if (event.path("type").asText("").startsWith("content_block_")) {
        walk(event.path(part), block, event);
      }
    }
  }

  private void response(ObjectNode event) throws MalformedReplyException {
    var type = event.path("type").asText("");
    var delta = event.path("delta");
    if (!type.endsWith(".delta") || isEmpty(delta)) {
      return;
    }
    var place = type;
    if (!SPOKEN.contains(type)) {
      for (var index : List.of("output_index", "content_index", "summary_index")) {
        place = within(place, number(event.path(index), ""));
      }
    }
    add(delta, place, event, "delta", event);
  }

  private void walk(JsonNode said, String place, ObjectNode about) throws MalformedReplyException {
    if (said instanceof ObjectNode object) {
      for (var field : object.properties()) {
        var name = field.getKey();
        if (!NOT_JOINED.contains(name) && !isEmpty(field.getValue())) {
          add(field.getValue(), at(place, name, about), object, name, about);
        }
      }
    }
  }

  /** Whether there is no text in it. */
  private static boolean isEmpty(JsonNode value) {
    return value.isTextual() ? value.textValue().isEmpty() : value.isEmpty();
  }

  /** Of Anthropic's blocks, those of one kind are one text. */
  private static String at(String place, String name, ObjectNode about)
      throws MalformedReplyException {
    return SPOKEN.contains(name) && about.has("type") ? name : within(place, name);
  }

  private static String within(String place, String name) throws MalformedReplyException {
    if (place.length() + 1 + name.length() > MOST_OF_A_PLACE) {
      throw new MalformedReplyException("a name is too long");
    }
    return place + '/' + name;
  }

  /** An index; what is no number is taken for none. */
  private static String number(JsonNode index, String none) {
    return index.isIntegralNumber() ? index.asText() : none;
  }

  private void add(JsonNode value, String place, ObjectNode within, String member, ObjectNode about)
      throws MalformedReplyException {
    if (value.isTextual()) {
      sink.take(place, new Delta(within, member));
    }
    walk(value, place, about);
    if (value.isArray()) {
      int nth = 0;
      for (var one : value) {
        if (!isEmpty(one)) {
          var index = number(one.path("index"), Integer.toString(nth));
          walk(one, within(place, index), about);
        }
        nth++;
      }
    }
  }
}
