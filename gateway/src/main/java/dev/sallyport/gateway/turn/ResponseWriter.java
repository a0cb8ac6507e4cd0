package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.skin.ChatMembers;
import dev.sallyport.llm.spi.LeftOut;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one response and the events that tell how it comes about, as the Responses API does.
 *
 * <p>Events are held back until {@link #commit}: a turn whose first model call is refused can still
 * be answered with a plain error.
 */
final class ResponseWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final TurnSink sink;
  private final String suffix;
  private final ObjectNode response;
  private final ArrayNode output;
  private final List<ObjectNode> held = new ArrayList<>();
  private final LeftOut leftOut = new ChatMembers().leftOut();
  private boolean committed;
  private int sequence;
  private int items;

  /**
   * @param suffix what tells this response and its items from all others
   */
  ResponseWriter(TurnSink sink, String suffix, Instant now, TurnRequest request) {
    this.sink = sink;
    this.suffix = suffix;
    this.response = blank("resp_" + suffix, now, request);
    this.output = response.putArray("output");
  }

  private static ObjectNode blank(String id, Instant now, TurnRequest request) {
    var blank =
        NODES
            .objectNode()
            .put("id", id)
            .put("object", "response")
            .put("created_at", now.getEpochSecond())
            .put("status", "in_progress")
            .put("background", false)
            .putNull("error")
            .putNull("incomplete_details")
            .putNull("instructions")
            .putNull("max_output_tokens")
            .putNull("max_tool_calls")
            .put("model", request.model())
            .put("parallel_tool_calls", true)
            .putNull("previous_response_id")
            .put("store", false)
            .putNull("temperature")
            .put("tool_choice", "auto")
            .putNull("top_p")
            .put("truncation", "disabled")
            .putNull("usage")
            .putNull("user");
    blank.putArray("tools");
    blank.putObject("metadata");
    blank.putObject("reasoning").putNull("effort").putNull("summary");
    blank.putObject("text").putObject("format").put("type", "text");
    blank.setAll(request.echo());
    return blank;
  }

  void created() throws IOException {
    emit("response.created", event -> event.set("response", response.deepCopy()));
    emit("response.in_progress", event -> event.set("response", response.deepCopy()));
  }

  /** Sends what was held back; from now on events go out as they come. */
  void commit() throws IOException {
    if (committed) {
      return;
    }
    committed = true;
    for (var event : held) {
      sink.event(event);
    }
    held.clear();
  }

  boolean committed() {
    return committed;
  }

  ObjectNode response() {
    return response;
  }

  /** Takes the names of what an answer of the model left out: the response will tell them all. */
  void takeLeftOut(ObjectNode chunk) {
    leftOut.take(chunk);
  }

  String nextId(String prefix) {
    return prefix + "_" + suffix + "_" + items++;
  }

  /** Begins an item of the output, and gives its place. */
  int begin(ObjectNode item) throws IOException {
    int index = output.size();
    output.add(item);
    emit(
        "response.output_item.added",
        event -> event.put("output_index", index).set("item", item.deepCopy()));
    return index;
  }

  /** Ends an item: what it is now is what it stays. */
  void end(int index) throws IOException {
    emit(
        "response.output_item.done",
        event -> event.put("output_index", index).set("item", output.get(index).deepCopy()));
  }

  /** Tells of something within an item. */
  void within(String type, int index, Detail detail) throws IOException {
    emit(
        type,
        event -> {
          event.put("item_id", output.get(index).path("id").asText()).put("output_index", index);
          detail.addTo(event);
        });
  }

  /** Ends the response. */
  void finish(String status, JsonNode error, JsonNode incompleteDetails, JsonNode usage)
      throws IOException {
    response.put("status", status);
    response.set("error", error);
    response.set("incomplete_details", incompleteDetails);
    response.set("usage", usage);
    leftOut.tell(response);
    emit("response." + status, event -> event.set("response", response));
  }

  private void emit(String type, Detail detail) throws IOException {
    var event = NODES.objectNode().put("type", type).put("sequence_number", sequence++);
    detail.addTo(event);
    if (committed) {
      sink.event(event);
    } else {
      held.add(event);
    }
  }

  /** Adds what an event says beside its type and number. */
  @FunctionalInterface
  interface Detail {
    void addTo(ObjectNode event);
  }
}
