package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CallPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Puts the chunks of one streamed chat answer together. Calls of tools are given out only whole, at
 * the end.
 */
final class ChatAssembler {
  private final StringBuilder text = new StringBuilder();
  private final TreeMap<Integer, PartialCall> calls = new TreeMap<>();
  private final CallPlaces places = new CallPlaces();
  private String finishReason = "";
  private ObjectNode usage = JsonNodeFactory.instance.objectNode();
  private String model = "";

  /**
   * Takes a chunk.
   *
   * @return the text that it adds to the answer, often empty
   */
  String add(ObjectNode chunk) {
    if (chunk.path("model").isTextual()) {
      model = chunk.get("model").asText();
    }
    if (chunk.path("usage") instanceof ObjectNode counted) {
      usage = counted;
    }
    var choice = chunk.path("choices").path(0);
    if (choice.path("finish_reason").isTextual()) {
      finishReason = choice.get("finish_reason").asText();
    }
    var delta = choice.path("delta");
    delta.path("tool_calls").forEach(this::addCall);
    var added =
        delta.path("content").isTextual()
            ? delta.get("content").asText()
            : delta.path("refusal").asText("");
    text.append(added);
    return added;
  }

  private void addCall(JsonNode delta) {
    var call = calls.computeIfAbsent(places.of(delta), _ -> new PartialCall());
    if (call.id.isEmpty()) { // some providers write it again: empty, or another
      call.id = delta.path("id").asText("");
    }
    var function = delta.path("function");
    if (call.name.isEmpty()) {
      call.name = function.path("name").asText("");
    }
    call.arguments.append(function.path("arguments").asText(""));
  }

  String text() {
    return text.toString();
  }

  String finishReason() {
    return finishReason;
  }

  String model() {
    return model;
  }

  ObjectNode usage() {
    return usage;
  }

  List<Call> calls() {
    var whole = new ArrayList<Call>();
    calls.forEach((index, call) ->
        whole.add(
            new Call(
                call.id.isEmpty() ? "call_" + index : call.id,
                call.name,
                call.arguments.isEmpty() ? "{}" : call.arguments.toString())));
    return whole;
  }

  /** The answer as a message of the conversation. */
  ObjectNode message() {
    return message(text.toString(), calls());
  }

  /** A message in which a model says this and wants these. */
  static ObjectNode message(String text, List<Call> calls) {
    var message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
    if (text.isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", text);
    }
    if (!calls.isEmpty()) {
      var list = message.putArray("tool_calls");
      calls.forEach(call -> list.add(call.tree()));
    }
    return message;
  }

  /** A tool that the model wants called; its arguments as the model wrote them. */
  record Call(String id, String name, String arguments) {
    /** In chat form. */
    ObjectNode tree() {
      var tree = JsonNodeFactory.instance.objectNode().put("id", id).put("type", "function");
      tree.putObject("function").put("name", name).put("arguments", arguments);
      return tree;
    }
  }

  private static final class PartialCall {
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
  }
}
