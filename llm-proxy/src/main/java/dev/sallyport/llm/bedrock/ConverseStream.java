package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.eventstream.EventStreamReader;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReasoningDetails;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.SseFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the events of a streamed Converse answer into chunks of a chat answer. The reason why it
 * ended is held until the usage came, without which the answer is not whole.
 */
final class ConverseStream implements ReplyStream {
  private final AnswerHead head;
  private final Names names;
  private final Family family;
  private final boolean usageAsked;

  private final Map<Integer, Block> blocks = new HashMap<>();
  private final LeftOut leftOut = AnswerMembers.leftOut();
  private int calls;
  private int thoughts;
  private boolean started;
  private Optional<ObjectNode> finish = Optional.empty();
  private Optional<String> finishReason = Optional.empty();
  private Optional<JsonNode> metadata = Optional.empty();
  private Optional<Usage> usage = Optional.empty();
  private long contentBytes;

  ConverseStream(AnswerHead head, Names names, Family family, boolean usageAsked) {
    this.head = head;
    this.names = names;
    this.family = family;
    this.usageAsked = usageAsked;
  }

  @Override
  public List<Piece> accept(SseFrame frame) throws MalformedReplyException {
    if (frame.name().startsWith(EventStreamReader.EXCEPTION)) {
      var type = frame.name().substring(EventStreamReader.EXCEPTION.length());
      return List.of(new Piece.Failed(Errors.failure(type, frame.data())));
    }
    var event = WireJson.object(frame.data());
    if (!started && frame.name().startsWith("contentBlock")) {
      throw new MalformedReplyException("a message that did not begin");
    }
    leftOut.look("", event);
    return switch (frame.name()) {
      case "messageStart" -> {
        started = true;
        yield List.of(chunk(delta().put("role", "assistant").put("content", ""), false));
      }
      case "contentBlockStart" -> blockStart(block(event), event.path("start"));
      case "contentBlockDelta" -> blockDelta(block(event), event.path("delta"));
      case "contentBlockStop" -> blockStop(block(event));
      case "messageStop" -> messageStop(event);
      case "metadata" -> metadata(event);
      default -> List.of(); // whatever comes
    };
  }

  private Block block(JsonNode event) {
    return blocks.computeIfAbsent(event.path("contentBlockIndex").asInt(), _ -> new Block());
  }

  private List<Piece> blockStart(Block block, JsonNode start) {
    leftOut.look(AnswerMembers.CONTENT, start);
    var use = start.path("toolUse");
    if (!use.isObject()) {
      return List.of();
    }
    block.call = calls++;
    var delta = delta();
    var part = delta.putArray("tool_calls").addObject().put("index", block.call);
    part.put("id", use.path("toolUseId").asText()).put("type", "function");
    part.putObject("function")
        .put("name", names.callers(use.path("name").asText()))
        .put("arguments", "");
    return List.of(chunk(delta, true));
  }

  private List<Piece> blockDelta(Block block, JsonNode delta) throws MalformedReplyException {
    leftOut.look(AnswerMembers.CONTENT, delta);
    if (delta.path("text").isTextual()) {
      var text = delta.path("text").textValue();
      contentBytes += text.length();
      return text.isEmpty() ? List.of() : List.of(chunk(delta().put("content", text), true));
    }
    if (delta.has("toolUse")) {
      if (block.call < 0) {
        throw new MalformedReplyException("arguments of no call");
      }
      var json = delta.path("toolUse").path("input").asText("");
      return json.isEmpty() ? List.of() : List.of(arguments(block, json));
    }
    return delta.has("reasoningContent")
        ? thought(block, delta.path("reasoningContent"))
        : List.of();
  }

  private List<Piece> thought(Block block, JsonNode delta) throws MalformedReplyException {
    if (block.thought < 0) {
      block.thought = thoughts++;
    }
    if (delta.path("redactedContent").isTextual()) {
      try {
        block.redacted.writeBytes(
            Base64.getDecoder().decode(delta.path("redactedContent").textValue()));
      } catch (IllegalArgumentException _) {
        throw new MalformedReplyException("redacted reasoning that is not base64");
      }
      return List.of();
    }
    var detail = Thoughts.detail(ReasoningDetails.TEXT, family, block.thought);
    var out = delta();
    if (delta.path("text").isTextual()) {
      contentBytes += delta.path("text").textValue().length();
      out.set("reasoning", delta.path("text"));
      detail.set("text", delta.path("text"));
    }
    if (delta.path("signature").isTextual()) {
      detail.put("text", "").set("signature", delta.path("signature"));
    }
    out.putArray("reasoning_details").add(detail);
    return List.of(chunk(out, true));
  }

  /** Arguments must be JSON, also of a call without any; redacted thoughts are whole only now. */
  private List<Piece> blockStop(Block block) {
    if (block.call >= 0 && !block.said) {
      return List.of(arguments(block, "{}"));
    }
    if (block.redacted.size() == 0) {
      return List.of();
    }
    var detail = Thoughts.detail(ReasoningDetails.ENCRYPTED, family, block.thought);
    detail.put("data", Base64.getEncoder().encodeToString(block.redacted.toByteArray()));
    var out = delta();
    out.putArray("reasoning_details").add(detail);
    return List.of(chunk(out, true));
  }

  private List<Piece> messageStop(JsonNode event) throws MalformedReplyException {
    if (!started || !event.path("stopReason").isTextual()) {
      throw new MalformedReplyException("ended without a reason");
    }
    var reason = event.path("stopReason").textValue();
    var finished = StopReason.chat(reason);
    var chunk = head.of("chat.completion.chunk");
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta());
    choice.putNull("logprobs").put("finish_reason", finished).put("native_finish_reason", reason);
    ReplyDecoder.stopSequence(choice, event);
    finish = Optional.of(chunk);
    finishReason = Optional.of(finished);
    return ended();
  }

  private List<Piece> metadata(JsonNode event) {
    metadata = Optional.of(event);
    usage = ConverseUsage.read(event.path("usage"));
    return ended();
  }

  private List<Piece> ended() {
    if (finish.isEmpty() || metadata.isEmpty()) {
      return List.of();
    }
    var last = finish.get();
    metadata.flatMap(ReplyDecoder::tier).ifPresent(tier -> last.put("service_tier", tier));
    leftOut.tell(last);
    var pieces = new ArrayList<Piece>();
    pieces.add(new Piece.Event(frame(last), false));
    usage
        .filter(_ -> usageAsked)
        .ifPresent(counted -> {
          var chunk = head.of("chat.completion.chunk");
          chunk.putArray("choices");
          chunk.set("usage", ChatUsage.of(counted));
          pieces.add(new Piece.Event(frame(chunk), false));
        });
    pieces.add(new Piece.Finished());
    return pieces;
  }

  private Piece arguments(Block block, String json) {
    block.said = true;
    contentBytes += json.length();
    var delta = delta();
    var part = delta.putArray("tool_calls").addObject().put("index", block.call);
    part.putObject("function").put("arguments", json);
    return chunk(delta, true);
  }

  private Piece chunk(ObjectNode delta, boolean content) {
    var chunk = head.of("chat.completion.chunk");
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").putNull("finish_reason");
    return new Piece.Event(frame(chunk), content);
  }

  private static ObjectNode delta() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static byte[] frame(ObjectNode chunk) {
    var out = new ByteArrayOutputStream();
    out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(WireJson.bytes(chunk));
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  @Override
  public Served served() {
    return new Served(
        Optional.of(head.model()), finishReason, usage, metadata.flatMap(ReplyDecoder::tier));
  }

  @Override
  public long contentBytes() {
    return contentBytes;
  }

  /** A block of the answer; of numbers, -1 is none. */
  private static final class Block {
    private final ByteArrayOutputStream redacted = new ByteArrayOutputStream();
    private int call = -1;
    private int thought = -1;
    private boolean said;
  }
}
