package dev.sallyport.llm.reasoning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Puts together the reasoning of one answer and the ids of the calls after it. For one thread. */
public final class ReasoningWatch {
  private static final Set<String> CONTINUED = Set.of("text", "summary");

  private static final byte[] DETAILS = "\"reasoning_details\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CALLS = "\"tool_calls\"".getBytes(StandardCharsets.US_ASCII);

  private final Map<Integer, Detail> details = new TreeMap<>();
  private final Set<String> callIds = new LinkedHashSet<>();

  /**
   * Takes an event of a streamed answer, in chat form. Most bear neither reasoning nor calls, and
   * are not read.
   */
  public void take(byte[] frame) {
    if (!Bytes.contain(frame, DETAILS) && !Bytes.contain(frame, CALLS)) {
      return;
    }
    var text = new String(frame, StandardCharsets.UTF_8);
    try {
      var chunk =
          WireJson.object(text.substring(text.indexOf('{')).getBytes(StandardCharsets.UTF_8));
      chunk.path("choices").forEach(choice -> take(choice.path("delta")));
    } catch (MalformedReplyException _) {
      return; // it is ours, and of one line; what goes out is not held up by what is kept
    }
  }

  /** Takes a whole answer, in chat form. */
  public void takeWhole(byte[] body) {
    if (!Bytes.contain(body, DETAILS)) {
      return;
    }
    try {
      WireJson.object(body).path("choices").forEach(choice -> take(choice.path("message")));
    } catch (MalformedReplyException _) {
      return;
    }
  }

  /** Takes a message of a whole answer, or a delta of a streamed one, in chat form. */
  public void take(JsonNode message) {
    int next = 0;
    for (var detail : message.path("reasoning_details")) {
      if (detail instanceof ObjectNode object) {
        int index = object.path("index").asInt(next);
        next = index + 1;
        details.computeIfAbsent(index, _ -> new Detail()).add(object);
      }
    }
    for (var call : message.path("tool_calls")) {
      if (call.path("id").isTextual()) {
        callIds.add(call.path("id").textValue());
      }
    }
  }

  /** The calls of the answer. */
  public Set<String> callIds() {
    return Set.copyOf(callIds);
  }

  /** The reasoning of the answer, in order. */
  public ArrayNode details() {
    var all = JsonNodeFactory.instance.arrayNode();
    details.values().forEach(detail -> all.add(detail.whole()));
    return all;
  }

  /** One detail. Texts go on; what else is said again stands. */
  private static final class Detail {
    private final ObjectNode said = JsonNodeFactory.instance.objectNode();
    private final Map<String, StringBuilder> texts = new HashMap<>();

    void add(ObjectNode more) {
      more.properties()
          .forEach(field -> {
            var name = field.getKey();
            var value = field.getValue();
            if (CONTINUED.contains(name) && value.isTextual()) {
              said.putIfAbsent(name, value); // where it stands among the others
              texts.computeIfAbsent(name, _ -> new StringBuilder()).append(value.textValue());
            } else if (!value.isNull()) {
              said.set(name, value);
            }
          });
    }

    ObjectNode whole() {
      var whole = said.deepCopy();
      texts.forEach((name, text) -> whole.put(name, text.toString()));
      return whole;
    }
  }
}
