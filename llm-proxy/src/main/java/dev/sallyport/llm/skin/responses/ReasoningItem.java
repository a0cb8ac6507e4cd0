package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.responses.ReasoningItems;
import dev.sallyport.llm.spi.SealedReasoning;

/**
 * Writes items of reasoning, one after the other. What OpenAI reasoned keeps its name and its
 * secret; what others did is sealed where that secret would be, so that it comes back unmodified.
 */
final class ReasoningItem {
  private static final int NONE = -1;

  private final OutputWriter writer;
  private int index = NONE;
  private String id = "";
  private boolean own;
  private String kind = "";
  private int part = NONE;
  private int summaries;
  private int contents;
  private JsonNode detailIndex = JsonNodeFactory.instance.missingNode();
  private String secret = "";
  private ArrayNode foreign = JsonNodeFactory.instance.arrayNode();

  ReasoningItem(OutputWriter writer) {
    this.writer = writer;
  }

  boolean isAt(int place) {
    return index == place;
  }

  /** Takes text of which nothing more is known. */
  void text(String text) {
    detail(
        OutputWriter.object()
            .put("type", "reasoning.text")
            .put("text", text)
            .put("format", "unknown"));
  }

  /** Takes a detail, or some more of one. */
  void detail(JsonNode detail) {
    boolean openAi = detail.path("format").asText("").equals(ReasoningItems.FORMAT);
    var name = openAi ? detail.path("id").asText("") : "";
    boolean another = openAi != own || !name.equals(id) || (name.isEmpty() && !secret.isEmpty());
    if (index != NONE && another) {
      close("completed");
    }
    if (index == NONE) {
      begin(name);
      own = openAi;
    }
    if (!own && detail instanceof ObjectNode object) {
      keep(object);
    }
    switch (detail.path("type").asText("")) {
      case "reasoning.summary" -> say("summary", detail, detail.path("summary").asText(""));
      case "reasoning.text" -> say("content", detail, detail.path("text").asText(""));
      case "reasoning.encrypted" -> secret += own ? detail.path("data").asText("") : "";
      default -> {}
    }
  }

  private void begin(String name) {
    id = name;
    var item = OutputWriter.object().put("id", name.isEmpty() ? writer.nextId("rs") : name);
    item.put("type", "reasoning").putArray("summary");
    index = writer.begin(item);
  }

  /** Details with the same index go on with each other. */
  private void keep(ObjectNode detail) {
    var last = foreign.path(foreign.size() - 1);
    if (last instanceof ObjectNode before
        && before.path("type").equals(detail.path("type"))
        && before.path("index").equals(detail.path("index"))) {
      for (var member : detail.properties()) {
        var name = member.getKey();
        boolean grows = name.equals("text") || name.equals("summary");
        if (grows) {
          before.put(name, before.path(name).asText("") + member.getValue().asText(""));
        } else if (!member.getValue().isNull()) {
          before.set(name, member.getValue());
        }
      }
    } else {
      foreign.add(detail.deepCopy());
    }
  }

  private void say(String list, JsonNode detail, String text) {
    if (text.isEmpty()) {
      return;
    }
    if (!kind.equals(list) || !detailIndex.equals(detail.path("index"))) {
      endPart();
      kind = list;
      detailIndex = detail.path("index");
      part = kind.equals("summary") ? summaries++ : contents++;
      var begun =
          OutputWriter.object().put("type", isSummary() ? "summary_text" : "reasoning_text");
      begun.put("text", "");
      within(
          isSummary() ? "response.reasoning_summary_part.added" : "response.content_part.added",
          event -> event.set("part", begun));
    }
    within(
        isSummary() ? "response.reasoning_summary_text.delta" : "response.reasoning_text.delta",
        event -> event.put("delta", text));
  }

  private void endPart() {
    if (kind.isEmpty()) {
      return;
    }
    var told = writer.item(index).path(kind).path(part).deepCopy();
    within(
        isSummary() ? "response.reasoning_summary_text.done" : "response.reasoning_text.done",
        event -> event.set("text", told.path("text")));
    within(
        isSummary() ? "response.reasoning_summary_part.done" : "response.content_part.done",
        event -> event.set("part", told));
    kind = "";
  }

  private boolean isSummary() {
    return kind.equals("summary");
  }

  private void within(String type, Events.Detail detail) {
    writer.within(
        type,
        index,
        event -> {
          event.put(isSummary() ? "summary_index" : "content_index", part);
          detail.addTo(event);
        });
  }

  void close(String status) {
    if (index == NONE) {
      return;
    }
    endPart();
    var sealed = foreign.isEmpty() ? secret : SealedReasoning.of(foreign);
    if (!sealed.isEmpty()) {
      writer.item(index).put("encrypted_content", sealed);
    }
    writer.end(index, status);
    index = NONE;
    id = "";
    detailIndex = JsonNodeFactory.instance.missingNode();
    secret = "";
    foreign = JsonNodeFactory.instance.arrayNode();
    summaries = 0;
    contents = 0;
  }
}
