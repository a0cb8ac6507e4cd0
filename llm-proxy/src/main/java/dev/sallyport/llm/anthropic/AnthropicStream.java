package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.Failure;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the events of a streamed message into chunks of a chat answer. */
final class AnthropicStream implements ReplyStream {
  private final boolean usageAsked;
  private final long epochSecond;
  private final MessageUsage usage = new MessageUsage();
  private final Map<Integer, Call> calls = new HashMap<>();
  private final LeftOut leftOut = AnswerMembers.leftOut();
  private boolean started;
  private String id = "";
  private @Nullable String model;
  private @Nullable String finishReason;
  private int thoughts;

  /** Of the thought that goes on: it may come in several parts, and is told as one. */
  private final StringBuilder signature = new StringBuilder();

  private long contentBytes;

  AnthropicStream(boolean usageAsked, long epochSecond) {
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
    var event = WireJson.object(frame.data());
    var type = event.path("type").asText("");
    if (!started && (type.startsWith("content_block") || type.equals("message_stop"))) {
      throw new MalformedReplyException("a message that did not begin");
    }
    leftOut.look("", event);
    return switch (type) {
      case "message_start" -> start(event.path("message"));
      case "content_block_start" -> blockStart(event);
      case "content_block_delta" -> blockDelta(event);
      case "content_block_stop" -> blockStop(event.path("index").asInt());
      case "message_delta" -> messageDelta(event);
      case "message_stop" -> stop();
      case "error" -> List.of(new Piece.Failed(Failure.said(event.path("error"))));
      default -> List.of(); // ping, and whatever comes
    };
  }

  private List<Piece> start(JsonNode message) {
    started = true;
    id = message.path("id").asText("");
    model = message.path("model").asText("");
    usage.report(message.path("usage"));
    leftOut.look("", message);
    var chunk = chunkOf(delta().put("role", "assistant").put("content", ""));
    MessageUsage.tellTier(message.path("usage"), chunk, leftOut);
    return List.of(new Piece.Event(frame(chunk), false));
  }

  private List<Piece> blockStart(JsonNode event) {
    var block = event.path("content_block");
    leftOut.look("content", block);
    return switch (block.path("type").asText()) {
      case "text" -> {
        var text = block.path("text").asText("");
        yield text.isEmpty() ? List.of() : List.of(text(text));
      }
      case "tool_use" -> call(event, block);
      case "thinking" -> {
        thoughts++;
        signature.append(block.path("signature").asText("")); // Anthropic's own comes later
        var text = block.path("thinking").asText("");
        yield text.isEmpty() ? List.of() : List.of(thought(text));
      }
      case "redacted_thinking" -> {
        var data = block.path("data").asText("");
        yield List.of(reasoning(delta(), Reasoning.part(true, thoughts++).put("data", data)));
      }
      default -> List.of(); // server tools, which a chat request cannot ask for
    };
  }

  private List<Piece> call(JsonNode event, JsonNode block) {
    var call = new Call(calls.size());
    calls.put(event.path("index").asInt(), call);
    var delta = delta();
    var part = delta.putArray("tool_calls").addObject().put("index", call.index);
    part.put("id", block.path("id").asText()).put("type", "function");
    part.putObject("function").put("name", block.path("name").asText()).put("arguments", "");
    var pieces = new ArrayList<Piece>();
    pieces.add(chunk(delta, true));
    if (!block.path("input").isEmpty()) {
      pieces.add(
          arguments(call, new String(WireJson.bytes(block.path("input")), StandardCharsets.UTF_8)));
    }
    return pieces;
  }

  private List<Piece> blockDelta(JsonNode event) throws MalformedReplyException {
    var delta = event.path("delta");
    if (delta.path("type").asText().equals("citations_delta")) {
      leftOut.add("content.citations");
    } else {
      leftOut.look("content", delta);
    }
    return switch (delta.path("type").asText()) {
      case "text_delta" -> List.of(text(delta.path("text").asText("")));
      case "input_json_delta" -> {
        var call = calls.get(event.path("index").asInt());
        if (call == null) {
          throw new MalformedReplyException("arguments of no call");
        }
        var json = delta.path("partial_json").asText("");
        yield json.isEmpty() ? List.of() : List.of(arguments(call, json));
      }
      case "thinking_delta" -> {
        var text = delta.path("thinking").asText("");
        yield text.isEmpty() ? List.of() : List.of(thought(text));
      }
      case "signature_delta" -> {
        signature.append(delta.path("signature").asText(""));
        yield List.of();
      }
      default -> List.of(); // citations, and whatever comes
    };
  }

  private Piece thought(String text) {
    contentBytes += text.length();
    return reasoning(
        delta().put("reasoning", text), Reasoning.part(false, thoughts - 1).put("text", text));
  }

  private Piece reasoning(ObjectNode delta, ObjectNode detail) {
    delta.putArray("reasoning_details").add(detail);
    return chunk(delta, true);
  }

  /** Arguments must be JSON, also of a call without any. */
  private List<Piece> blockStop(int index) {
    if (!signature.isEmpty()) {
      var signed = Reasoning.part(false, thoughts - 1).put("signature", signature.toString());
      signature.setLength(0);
      return List.of(reasoning(delta(), signed));
    }
    var call = calls.get(index);
    return call == null || call.said ? List.of() : List.of(arguments(call, "{}"));
  }

  private List<Piece> messageDelta(JsonNode event) {
    usage.report(event.path("usage"));
    leftOut.look("", event.path("delta"));
    var reason = event.path("delta").path("stop_reason");
    if (!reason.isTextual()) {
      return List.of();
    }
    finishReason = StopReason.chat(reason.textValue());
    var chunk = head();
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    var explanation = StopReason.explanation(event.path("delta"));
    choice.set("delta", explanation.isEmpty() ? delta() : delta().put("refusal", explanation));
    StopReason.put(choice.putNull("logprobs"), event.path("delta"));
    leftOut.tell(chunk);
    return List.of(new Piece.Event(frame(chunk), false));
  }

  private List<Piece> stop() throws MalformedReplyException {
    if (finishReason == null) {
      throw new MalformedReplyException("ended without a reason");
    }
    var pieces = new ArrayList<Piece>();
    usage
        .usage()
        .filter(_ -> usageAsked)
        .ifPresent(counted -> {
          var chunk = head();
          chunk.putArray("choices");
          chunk.set("usage", ChatUsage.of(counted));
          pieces.add(new Piece.Event(frame(chunk), false));
        });
    pieces.add(new Piece.Finished());
    return pieces;
  }

  private Piece text(String text) {
    contentBytes += text.length();
    return chunk(delta().put("content", text), !text.isEmpty());
  }

  private Piece arguments(Call call, String json) {
    call.said = true;
    contentBytes += json.length();
    var delta = delta();
    var part = delta.putArray("tool_calls").addObject().put("index", call.index);
    part.putObject("function").put("arguments", json);
    return chunk(delta, true);
  }

  private Piece chunk(ObjectNode delta, boolean content) {
    return new Piece.Event(frame(chunkOf(delta)), content);
  }

  private ObjectNode chunkOf(ObjectNode delta) {
    var chunk = head();
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").putNull("finish_reason");
    return chunk;
  }

  private ObjectNode head() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", "chat.completion.chunk")
        .put("created", epochSecond)
        .put("model", model);
  }

  private static ObjectNode delta() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static byte[] frame(ObjectNode chunk) {
    var json = WireJson.bytes(chunk);
    var frame = new byte[json.length + 8];
    System.arraycopy("data: ".getBytes(StandardCharsets.US_ASCII), 0, frame, 0, 6);
    System.arraycopy(json, 0, frame, 6, json.length);
    frame[frame.length - 2] = '\n';
    frame[frame.length - 1] = '\n';
    return frame;
  }

  @Override
  public Served served() {
    return new Served(Optional.ofNullable(model), Optional.ofNullable(finishReason), usage.usage());
  }

  @Override
  public long contentBytes() {
    return contentBytes;
  }

  /** A call of a tool, at its place among all calls of the answer. */
  private static final class Call {
    private final int index;
    private boolean said;

    private Call(int index) {
      this.index = index;
    }
  }
}
