package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes messages, one after the other, each as its text comes. */
final class MessageItem {
  private static final int NONE = -1;

  private final OutputWriter writer;
  private int index = NONE;
  private int part = NONE;
  private String kind = "";
  private ArrayNode logprobs = OutputWriter.object().arrayNode();

  MessageItem(OutputWriter writer) {
    this.writer = writer;
  }

  boolean isAt(int place) {
    return index == place;
  }

  void text(String delta, JsonNode probabilities) {
    begin("output_text");
    var told = OutputWriter.object().arrayNode();
    probabilities.forEach(told::add);
    logprobs.addAll(told);
    within("response.output_text.delta", event -> event.put("delta", delta).set("logprobs", told));
  }

  /**
   * Says how likely the tokens of the text were that was told already.
   *
   * @return whether there is such a text
   */
  boolean likely(JsonNode probabilities) {
    boolean spoke = kind.equals("output_text");
    if (spoke) {
      text("", probabilities);
    }
    return spoke;
  }

  void refusal(String delta) {
    begin("refusal");
    within("response.refusal.delta", event -> event.put("delta", delta));
  }

  /** An annotation of the text, whose citation stands beside its type here. */
  void annotation(JsonNode annotation) {
    begin("output_text");
    var type = annotation.path("type").asText("");
    var told = OutputWriter.object().put("type", type);
    for (var member : annotation.properties()) {
      if (!member.getKey().equals(type)) {
        told.set(member.getKey(), member.getValue());
      } else if (member.getValue() instanceof ObjectNode cited) {
        told.setAll(cited);
      }
    }
    int number = writer.item(index).path("content").path(part).path("annotations").size();
    within(
        "response.output_text.annotation.added",
        event -> event.put("annotation_index", number).set("annotation", told));
  }

  private void begin(String wanted) {
    if (index == NONE) {
      var item = OutputWriter.object().put("id", writer.nextId("msg")).put("type", "message");
      item.put("status", "in_progress").put("role", "assistant").putArray("content");
      index = writer.begin(item);
    }
    if (kind.equals(wanted)) {
      return;
    }
    endPart();
    part++;
    kind = wanted;
    var begun = OutputWriter.object().put("type", kind);
    if (kind.equals("refusal")) {
      begun.put("refusal", "");
    } else {
      begun.put("text", "").putArray("annotations");
      begun.putArray("logprobs");
    }
    within("response.content_part.added", event -> event.set("part", begun));
  }

  private void endPart() {
    if (kind.isEmpty()) {
      return;
    }
    if (!(writer.item(index).path("content").path(part) instanceof ObjectNode told)) {
      return;
    }
    if (kind.equals("refusal")) {
      var text = told.path("refusal");
      within("response.refusal.done", event -> event.set("refusal", text));
    } else {
      var all = logprobs;
      logprobs = OutputWriter.object().arrayNode();
      told.set("logprobs", all);
      within(
          "response.output_text.done",
          event -> {
            event.set("text", told.path("text"));
            event.set("logprobs", all);
          });
    }
    within("response.content_part.done", event -> event.set("part", told.deepCopy()));
    kind = "";
  }

  private void within(String type, Events.Detail detail) {
    writer.within(
        type,
        index,
        event -> {
          event.put("content_index", part);
          detail.addTo(event);
        });
  }

  void close(String status) {
    if (index == NONE) {
      return;
    }
    endPart();
    writer.end(index, status);
    index = NONE;
    part = NONE;
  }
}
