package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** One answer as each provider streams it, cut anywhere. Everything of its calls bears a mark. */
final class ChunkedAnswer {
  /** Stands in every id, name and arguments of a call, and nowhere else. */
  static final String MARK = "zq";

  static final String TEXT = "Let me look {{txt#1.aaaaaaaaaa}} \"up\".";
  static final String OTHER = "Or so.";
  static final List<String> IDS = List.of("zq_1", "zq_2");
  static final List<String> NAMES = List.of("zq_weather", "zq_now");
  static final List<String> ARGUMENTS =
      List.of("{\"zq\":\"Ro\\\"me\",\"zqn\":[1,2.50]}", "{\"zq\":{}}");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Random random;

  ChunkedAnswer(Random random) {
    this.random = random;
  }

  /** The stream in chunks of any size. */
  InputStream chunked(String stream) {
    return chunked(stream.getBytes(StandardCharsets.UTF_8));
  }

  /** The same of bytes. */
  InputStream chunked(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] into, int at, int most) {
        return super.read(into, at, Math.min(most, 1 + random.nextInt(200)));
      }
    };
  }

  /** Two choices, of which the first wants two calls and the second one, in OpenAI's events. */
  String openAi() {
    var first = choice(0, TEXT, 2);
    var second = choice(1, OTHER, 1);
    var events = new ArrayList<ObjectNode>();
    while (!first.isEmpty() || !second.isEmpty()) {
      var from = second.isEmpty() || (!first.isEmpty() && random.nextBoolean()) ? first : second;
      events.add(from.removeFirst());
    }
    events.add(chunk().set("usage", NODES.objectNode().put("completion_tokens", 5)));
    events.getLast().putArray("choices");
    var stream = new StringBuilder();
    events.forEach(event -> stream.append("data: ").append(event).append("\n\n"));
    return stream.append("data: [DONE]\n\n").toString();
  }

  private Deque<ObjectNode> choice(int index, String text, int calls) {
    var events = new ArrayDeque<ObjectNode>();
    events.add(delta(index, delta -> delta.put("role", "assistant").put("content", "")));
    cut(text).forEach(part -> events.add(delta(index, delta -> delta.put("content", part))));
    for (int call = 0; call < calls; call++) {
      int place = call;
      events.add(delta(index, delta -> begin(delta, place)));
      for (var part : cut(ARGUMENTS.get(call))) {
        events.add(delta(index, delta -> goOn(delta, place, part)));
      }
    }
    var end = delta(index, _ -> {});
    ((ObjectNode) end.at("/choices/0")).put("finish_reason", "tool_calls");
    events.add(end);
    return events;
  }

  private static void begin(ObjectNode delta, int call) {
    var begun = delta.putArray("tool_calls").addObject().put("index", call);
    begun.put("id", IDS.get(call)).put("type", "function");
    begun.putObject("function").put("name", NAMES.get(call)).put("arguments", "");
  }

  private static void goOn(ObjectNode delta, int call, String arguments) {
    delta
        .putArray("tool_calls")
        .addObject()
        .put("index", call)
        .putObject("function")
        .put("arguments", arguments);
  }

  private static ObjectNode delta(int index, Consumer<ObjectNode> content) {
    var chunk = chunk();
    var choice = chunk.putArray("choices").addObject().put("index", index);
    content.accept(choice.putObject("delta"));
    choice.putNull("finish_reason");
    return chunk;
  }

  private static ObjectNode chunk() {
    return NODES
        .objectNode()
        .put("id", "c")
        .put("object", "chat.completion.chunk")
        .put("model", "m");
  }

  /** A text and two calls, in Anthropic's events. */
  String anthropic() {
    var stream = new StringBuilder();
    event(stream, "message_start")
        .append("{\"type\":\"message_start\",\"message\":{\"id\":\"c\",\"type\":\"message\",")
        .append("\"role\":\"assistant\",\"model\":\"m\",\"content\":[],")
        .append("\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n");
    block(stream, 0, "{\"type\":\"text\",\"text\":\"\"}", "text_delta", "text", cut(TEXT));
    for (int call = 0; call < 2; call++) {
      var begun =
          "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":{}}"
              .formatted(IDS.get(call), NAMES.get(call));
      var parts = cut(ARGUMENTS.get(call));
      block(stream, call + 1, begun, "input_json_delta", "partial_json", parts);
    }
    event(stream, "message_delta")
        .append("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},")
        .append("\"usage\":{\"output_tokens\":5}}\n\n");
    event(stream, "message_stop").append("{\"type\":\"message_stop\"}\n\n");
    return stream.toString();
  }

  private static void block(
      StringBuilder stream,
      int index,
      String begun,
      String type,
      String member,
      List<String> parts) {
    event(stream, "content_block_start")
        .append("{\"type\":\"content_block_start\",\"index\":%d,".formatted(index))
        .append("\"content_block\":%s}\n\n".formatted(begun));
    for (var part : parts) {
      var delta = NODES.objectNode().put("type", type).put(member, part);
      event(stream, "content_block_delta")
          .append("{\"type\":\"content_block_delta\",\"index\":%d,".formatted(index))
          .append("\"delta\":%s}\n\n".formatted(delta));
    }
    event(stream, "content_block_stop")
        .append("{\"type\":\"content_block_stop\",\"index\":%d}\n\n".formatted(index));
  }

  private static StringBuilder event(StringBuilder stream, String name) {
    return stream.append("event: ").append(name).append("\ndata: ");
  }

  /** A number from 0, drawn. */
  int upTo(int most) {
    return random.nextInt(most + 1);
  }

  /** Cut into up to four parts, some of them empty. */
  List<String> cut(String text) {
    var parts = new ArrayList<String>();
    int from = 0;
    for (int left = random.nextInt(4); left > 0; left--) {
      int to = from + random.nextInt(text.length() - from + 1);
      parts.add(text.substring(from, to));
      from = to;
    }
    parts.add(text.substring(from));
    return parts;
  }
}
