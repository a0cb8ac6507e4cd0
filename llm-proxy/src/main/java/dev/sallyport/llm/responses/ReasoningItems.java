package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.SealedReasoning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Items of reasoning, and the {@code reasoning_details} that a chat message has of them. A provider
 * takes an item back only as it gave it, and in its place: of a detail that stood after other
 * output, {@code before} names the call that it stood before.
 */
public final class ReasoningItems {
  /** What details of these items name as their format. */
  public static final String FORMAT = "openai-responses-v1";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ReasoningItems() {}

  /**
   * The details of one item.
   *
   * @param index of the first of them
   * @param before the call that the item stands before, if output stands before the item
   */
  public static List<ObjectNode> details(JsonNode item, int index, Optional<String> before) {
    var details = new ArrayList<ObjectNode>();
    var encrypted = item.path("encrypted_content").asText("");
    if (SealedReasoning.is(encrypted)) {
      for (var one : SealedReasoning.read(encrypted).orElseGet(NODES::arrayNode)) {
        if (one instanceof ObjectNode detail) {
          details.add(detail.put("index", index + details.size()));
        }
      }
      return details;
    }
    for (var part : item.path("summary")) {
      details.add(detail("summary", "summary", part.path("text").asText("")));
    }
    for (var part : item.path("content")) {
      details.add(detail("text", "text", part.path("text").asText("")));
    }
    if (!encrypted.isEmpty()) {
      details.add(detail("encrypted", "data", encrypted));
    }
    for (int i = 0; i < details.size(); i++) {
      finish(details.get(i), item.path("id").asText(""), index + i, before);
    }
    return details;
  }

  /** One detail, without its place. */
  static ObjectNode detail(String kind, String member, String text) {
    return NODES.objectNode().put("type", "reasoning." + kind).put(member, text);
  }

  /** Says where a detail belongs. */
  static ObjectNode finish(ObjectNode detail, String id, int index, Optional<String> before) {
    if (!id.isEmpty()) {
      detail.put("id", id);
    }
    detail.put("format", FORMAT).put("index", index);
    before.ifPresent(call -> detail.put("before", call));
    return detail;
  }

  /**
   * An item, and where it stands.
   *
   * @param before the call that it stands before; empty if it stands before everything
   */
  record Placed(Optional<String> before, ObjectNode item) {}

  /** The items that details were made of, of those that can be sent back. */
  static List<Placed> items(JsonNode details) {
    var placed = new ArrayList<Placed>();
    var run = new ArrayList<JsonNode>();
    for (var detail : details) {
      if (!detail.path("format").asText("").equals(FORMAT)) {
        continue;
      }
      if (!run.isEmpty() && !id(run.getFirst()).equals(id(detail))) {
        item(run).ifPresent(placed::add);
        run.clear();
      }
      run.add(detail);
    }
    item(run).ifPresent(placed::add);
    return placed;
  }

  private static String id(JsonNode detail) {
    return detail.path("id").asText("");
  }

  /** Without the provider's own secret, or its words, there is nothing that it would take back. */
  private static Optional<Placed> item(List<JsonNode> details) {
    var item = NODES.objectNode().put("type", "reasoning");
    if (details.isEmpty()) {
      return Optional.empty();
    }
    if (!id(details.getFirst()).isEmpty()) {
      item.put("id", id(details.getFirst()));
    }
    var summary = item.putArray("summary");
    var content = NODES.arrayNode();
    var encrypted = new StringBuilder();
    JsonNode last = NODES.objectNode();
    for (var detail : details) {
      boolean goesOn =
          last.path("type").equals(detail.path("type"))
              && last.path("index").isInt()
              && last.path("index").equals(detail.path("index"));
      switch (detail.path("type").asText("")) {
        case "reasoning.summary" -> add(summary, "summary_text", detail.path("summary"), goesOn);
        case "reasoning.text" -> add(content, "reasoning_text", detail.path("text"), goesOn);
        case "reasoning.encrypted" -> encrypted.append(detail.path("data").asText(""));
        default -> {}
      }
      last = detail;
    }
    if (!content.isEmpty()) {
      item.set("content", content);
    }
    if (!encrypted.isEmpty()) {
      item.put("encrypted_content", encrypted.toString());
    }
    var before = details.stream().map(one -> one.path("before")).filter(JsonNode::isTextual);
    var place = before.findFirst().map(JsonNode::textValue);
    return content.isEmpty() && encrypted.isEmpty()
        ? Optional.empty()
        : Optional.of(new Placed(place, item));
  }

  private static void add(ArrayNode parts, String type, JsonNode text, boolean goesOn) {
    if (goesOn && parts.path(parts.size() - 1) instanceof ObjectNode part) {
      part.put("text", part.path("text").asText() + text.asText(""));
    } else {
      parts.addObject().put("type", type).put("text", text.asText(""));
    }
  }
}
