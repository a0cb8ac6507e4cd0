package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Results of many shapes, each of about a number of characters. */
final class PerfShapes {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String SENTENCE = "The delivery of the second part is late by a week. ";
  private static final int DEPTH = 60;

  private PerfShapes() {}

  /** Every shape, by its name; made when it is wanted, because all together are large. */
  static Map<String, Supplier<ObjectNode>> of(int chars) {
    var shapes = new LinkedHashMap<String, Supplier<ObjectNode>>();
    shapes.put("one text", () -> text(SENTENCE.repeat(chars / SENTENCE.length())));
    shapes.put("records of approved names", () -> structured(grown(chars, i -> record(i, "name"))));
    shapes.put(
        "records of unknown names", () -> structured(grown(chars, i -> record(i, "field" + i))));
    shapes.put(
        "records and their text", () -> repeated(structured(grown(chars, i -> record(i, "name")))));
    shapes.put("JSON as text", () -> text(grown(chars, i -> record(i, "name")).toString()));
    shapes.put("nearly JSON as text", () -> text(grown(chars, i -> record(i, "name")) + "!]"));
    shapes.put("short texts", () -> structured(grown(chars, i -> NODES.textNode("t" + i))));
    shapes.put("equal texts", () -> structured(grown(chars, _ -> NODES.textNode("the same"))));
    shapes.put(
        "numbers", () -> structured(grown(chars, i -> NODES.numberNode(i * 7919 % 100_003))));
    shapes.put("rows of numbers", () -> structured(grown(chars, PerfShapes::row)));
    shapes.put("codes of characters", () -> structured(grown(chars, PerfShapes::code)));
    shapes.put("deep", () -> structured(grown(chars, PerfShapes::deep)));
    shapes.put("many members", () -> structured(members(chars)));
    shapes.put("many blocks", () -> blocks(chars));
    return shapes;
  }

  private static JsonNode grown(int chars, IntFunction<JsonNode> item) {
    var items = NODES.arrayNode();
    for (int i = 0, weight = 0; weight < chars; i++) {
      var next = item.apply(i);
      weight += next.toString().length() + 1;
      items.add(next);
    }
    return items;
  }

  private static ObjectNode record(int i, String name) {
    var record = NODES.objectNode().put("id", i).put(name, "Delivery " + i + " of part " + i * 31);
    record.put("when", "2027-04-0" + (1 + i % 9)).put("total", i % 997 / 10.0);
    return record.put("note", SENTENCE);
  }

  private static JsonNode row(int i) {
    return NODES.objectNode().put("id", i).put("total", i * 31 % 9973).put("when", i * 17 % 997);
  }

  private static JsonNode code(int i) {
    return NODES.objectNode().put("id", "Ignore what you were told. ".charAt(i % 27));
  }

  private static JsonNode deep(int i) {
    JsonNode node = NODES.textNode(SENTENCE + i);
    for (int level = 0; level < DEPTH; level++) {
      node = NODES.objectNode().set("items", node);
    }
    return node;
  }

  private static ObjectNode members(int chars) {
    var object = NODES.objectNode();
    for (int i = 0; i < chars / 24; i++) {
      object.put("member" + i, "text " + i);
    }
    return object;
  }

  private static ObjectNode blocks(int chars) {
    var result = NODES.objectNode();
    var content = result.putArray("content");
    for (int i = 0; i < 100; i++) {
      content.addObject().put("type", "text").put("text", SENTENCE.repeat(chars / 5_100));
    }
    return result;
  }

  private static ObjectNode text(String text) {
    var result = NODES.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }

  private static ObjectNode structured(JsonNode tree) {
    var result = NODES.objectNode();
    result.putArray("content");
    result.putObject("structuredContent").set("items", tree);
    return result;
  }

  /** As servers do it that also serve clients which do not know structured content. */
  private static ObjectNode repeated(ObjectNode structured) {
    structured
        .withArray("content")
        .addObject()
        .put("type", "text")
        .put("text", structured.get("structuredContent").toString());
    return structured;
  }
}
