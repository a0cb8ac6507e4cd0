package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Numbers events and writes them down. For one thread. */
final class Events {
  private final ResponseLog log;
  private final List<ObjectNode> made = new ArrayList<>();
  private ObjectNode last = JsonNodeFactory.instance.objectNode();

  Events(ResponseLog log) {
    this.log = log;
  }

  /** Adds what an event says beside its type and number. */
  @FunctionalInterface
  interface Detail {
    void addTo(ObjectNode event);
  }

  void emit(String type, Detail detail) {
    var event =
        JsonNodeFactory.instance.objectNode().put("type", type).put("sequence_number", log.next());
    detail.addTo(event);
    log.note(event);
    made.add(event);
    if (event.path("response") instanceof ObjectNode response) {
      last = response;
    }
  }

  /** The response as the last event that had it told it. */
  ObjectNode last() {
    return last;
  }

  /** The frames of the events since this was asked last. */
  List<byte[]> take() {
    var frames = made.stream().map(Events::frame).toList();
    made.clear();
    return frames;
  }

  private static byte[] frame(ObjectNode event) {
    var json = new String(WireJson.bytes(event), StandardCharsets.UTF_8);
    var frame = "event: " + event.path("type").asText() + "\ndata: " + json + "\n\n";
    return frame.getBytes(StandardCharsets.UTF_8);
  }
}
