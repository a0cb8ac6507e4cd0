package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns the events of a response into chunks of a chat answer. */
final class ChunkStream implements ReplyStream {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final boolean usageAsked;
  private final long epochSecond;
  private final Map<Integer, Call> calls = new HashMap<>();
  private final ReasoningChunks reasoning = new ReasoningChunks();
  private final List<Piece> pieces = new ArrayList<>();
  private ObjectNode head = NODES.objectNode();
  private Served served = Served.UNKNOWN;
  private final Set<Integer> spoken = new HashSet<>();
  private final LeftOut leftOut = AnswerMembers.leftOut();
  private long contentBytes;

  ChunkStream(boolean usageAsked, long epochSecond) {
    this.usageAsked = usageAsked;
    this.epochSecond = epochSecond;
  }

  @Override
  public List<Piece> accept(SseFrame frame) throws MalformedReplyException {
    if (frame.comment()) {
      return List.of(new Piece.Comment(frame.lines()));
    }
    if (frame.data().length == 0) {
      return List.of();
    }
    pieces.clear();
    event(WireJson.object(frame.data()));
    return List.copyOf(pieces);
  }

  private void event(ObjectNode event) throws MalformedReplyException {
    var type = event.path("type").asText("");
    var delta = event.path("delta").asText("");
    if (head.isEmpty() && type.startsWith("response.") && !type.equals("response.failed")) {
      begin(event.path("response"));
    }
    switch (type) {
      case "response.output_item.added" -> added(event);
      case "response.output_item.done" -> done(event);
      case "response.output_text.delta" -> text(event, delta);
      case "response.refusal.delta" -> {
        spoken.add(event.path("output_index").asInt());
        say(chunk(NODES.objectNode().put("refusal", delta)), delta);
      }
      case "response.output_text.annotation.added" -> {
        var said = NODES.objectNode();
        said.putArray("annotations").add(ChatCalls.annotation(event.path("annotation")));
        say(chunk(said), "");
      }
      case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
          written(event, delta);
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" ->
          reasoning.delta(event, delta).ifPresent(said -> say(chunk(said), delta));
      case "response.completed", "response.incomplete", "response.failed" ->
          end(event.path("response"));
      case "response.audio.delta", "response.audio.transcript.delta" -> leftOut.add("output.audio");
      case "error" -> fail(PassedStream.error(event));
      default -> {
        if (event.path("error").isObject()) {
          fail(event.path("error"));
        }
      }
    }
  }

  private void fail(JsonNode error) {
    pieces.add(new Piece.Failed(ResponseErrors.failure(error)));
  }

  private void begin(JsonNode response) {
    head =
        NODES
            .objectNode()
            .put("id", response.path("id").asText(""))
            .put("object", "chat.completion.chunk")
            .put("created", response.path("created_at").asLong(epochSecond))
            .put("model", response.path("model").asText(""));
    served =
        new Served(
            Optional.ofNullable(response.path("model").textValue()),
            Optional.empty(),
            Optional.empty());
    leftOut.look("", response);
    say(chunk(NODES.objectNode().put("role", "assistant").put("content", "")), "");
  }

  private void added(JsonNode event) {
    var item = event.path("item");
    leftOut.look(AnswerMembers.OUTPUT, item);
    switch (item.path("type").asText("")) {
      case "function_call", "custom_tool_call" -> call(event.path("output_index").asInt(), item);
      case "message" -> settle(Optional.empty());
      default -> {}
    }
  }

  private Call call(int outputIndex, JsonNode item) {
    var begun = ChatCalls.begun(item);
    boolean later = !spoken.isEmpty() || !calls.isEmpty();
    settle(later ? Optional.of(begun.path("id").asText()) : Optional.empty());
    var call = new Call(calls.size(), ChatCalls.isCustom(item));
    calls.put(outputIndex, call);
    ObjectNode part = NODES.objectNode().put("index", call.index).setAll(begun);
    var said = NODES.objectNode();
    said.putArray("tool_calls").add(part);
    pieces.add(new Piece.Event(frame(chunk(said)), true));
    return call;
  }

  private void written(JsonNode event, String delta) throws MalformedReplyException {
    var call = calls.get(event.path("output_index").asInt());
    if (call == null) {
      throw new MalformedReplyException("arguments of no call");
    }
    write(call, delta);
  }

  private void write(Call call, String some) {
    if (some.isEmpty()) {
      return;
    }
    call.said = true;
    var said = NODES.objectNode();
    var part = said.putArray("tool_calls").addObject().put("index", call.index);
    part.putObject(call.custom ? "custom" : "function")
        .put(call.custom ? "input" : "arguments", some);
    say(chunk(said), some);
  }

  /** What an item has that no event before told of is told now. */
  private void done(JsonNode event) {
    var item = event.path("item");
    leftOut.look(AnswerMembers.OUTPUT, item);
    switch (item.path("type").asText("")) {
      case "reasoning" ->
          reasoning
              .done(event)
              .ifPresent(said -> say(chunk(said), said.path("reasoning").asText("")));
      case "function_call", "custom_tool_call" -> {
        int at = event.path("output_index").asInt();
        var known = calls.get(at);
        var call = known == null ? call(at, item) : known;
        if (!call.said) {
          write(call, ChatCalls.written(item));
        }
      }
      case "message" -> {
        if (spoken.add(event.path("output_index").asInt())) {
          item.path("content").forEach(this::part);
        }
      }
      default -> {}
    }
  }

  /** A part of a message that comes whole. */
  private void part(JsonNode part) {
    boolean refused = part.path("type").asText("").equals("refusal");
    var text = part.path(refused ? "refusal" : "text").asText("");
    var said = NODES.objectNode().put(refused ? "refusal" : "content", text);
    for (var annotation : part.path("annotations")) {
      said.withArray("/annotations").add(ChatCalls.annotation(annotation));
    }
    say(likely(chunk(said), part), text);
  }

  /** Where an item of reasoning stands is known by what comes after it. */
  private void settle(Optional<String> before) {
    reasoning.settled(before).ifPresent(said -> say(chunk(said), ""));
  }

  private void text(JsonNode event, String delta) {
    spoken.add(event.path("output_index").asInt());
    say(likely(chunk(NODES.objectNode().put("content", delta)), event), delta);
  }

  /** The chunk, with how likely its tokens were if a text, or a delta of one, says so. */
  private static ObjectNode likely(ObjectNode chunk, JsonNode said) {
    if (!said.path("logprobs").isEmpty() && chunk.at("/choices/0") instanceof ObjectNode choice) {
      choice.putObject("logprobs").putNull("refusal").set("content", said.path("logprobs"));
    }
    return chunk;
  }

  private void end(JsonNode response) throws MalformedReplyException {
    var ended = ResponseEnd.of(response);
    if (ended.failure().isPresent()) {
      pieces.add(new Piece.Failed(ended.failure().get()));
      return;
    }
    settle(Optional.empty());
    var usage = ResponsesUsage.read(response.path("usage"));
    var reason = ended.reason(!calls.isEmpty());
    served = new Served(served.model(), Optional.of(reason), usage, ended.tier());
    var chunk = chunk(NODES.objectNode());
    if (chunk.at("/choices/0") instanceof ObjectNode choice) {
      choice.put("finish_reason", reason).put("native_finish_reason", ended.word());
    }
    if (response.path("service_tier").isTextual()) {
      chunk.set("service_tier", response.get("service_tier"));
    }
    leftOut.look("", response);
    leftOut.tell(chunk);
    say(chunk, "");
    usage
        .filter(_ -> usageAsked)
        .ifPresent(counted -> {
          var told = head.deepCopy();
          told.putArray("choices");
          told.set("usage", ChatUsage.of(counted));
          say(told, "");
        });
    pieces.add(new Piece.Finished());
  }

  private ObjectNode chunk(ObjectNode delta) {
    var chunk = head.deepCopy();
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").putNull("finish_reason");
    return chunk;
  }

  private void say(ObjectNode chunk, String what) {
    contentBytes += what.length();
    pieces.add(new Piece.Event(frame(chunk), !what.isEmpty()));
  }

  private static byte[] frame(ObjectNode chunk) {
    var json = new String(WireJson.bytes(chunk), StandardCharsets.UTF_8);
    return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Served served() {
    return served;
  }

  @Override
  public long contentBytes() {
    return contentBytes;
  }

  /** A call of a tool, at its place among all calls of the answer. */
  private static final class Call {
    private final int index;
    private final boolean custom;
    private boolean said;

    private Call(int index, boolean custom) {
      this.index = index;
      this.custom = custom;
    }
  }
}
