package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.action.ErrorBody;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.skin.SkinStream;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.Refused;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.FrameData;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a streamed message. How many tokens were read is not known when it begins: an estimate
 * stands there, and the count at the end takes its place.
 */
final class MessageFrames implements SkinStream {
  private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final String DATA = "data: ";

  private final ModelRequest asked;
  private final List<byte[]> frames = new ArrayList<>();
  private final BlockFrames blocks = new BlockFrames(this::send);
  private final LeftOut leftOut = Words.leftOut();
  private boolean started;
  private boolean tierTold;
  private String explanation = "";
  private JsonNode choice = JsonNodeFactory.instance.objectNode();
  private Optional<Usage> usage = Optional.empty();

  MessageFrames(ModelRequest asked) {
    this.asked = asked;
  }

  @Override
  public List<byte[]> accept(byte[] chatFrame) {
    var chunk = chunk(chatFrame);
    ChatUsage.read(chunk.path("usage")).ifPresent(counted -> usage = Optional.of(counted));
    look(chunk);
    var one = first(chunk.path("choices"));
    if (one.path("delta") instanceof ObjectNode delta) {
      start(chunk);
      if (Refused.is(one) && delta.remove("refusal") instanceof TextNode refusal) {
        explanation = refusal.textValue();
      }
      blocks.accept(delta);
    }
    if (one.path("finish_reason").isTextual()) {
      choice = one;
    }
    if (started && !tierTold && chunk.path("service_tier").isTextual()) {
      leftOut.add("service_tier");
    }
    return sent();
  }

  private void look(JsonNode chunk) {
    leftOut.take(chunk);
    leftOut.look("", chunk);
  }

  /** What is said of the first answer; of others, there is no place to tell. */
  private JsonNode first(JsonNode choices) {
    JsonNode found = JsonNodeFactory.instance.missingNode();
    for (var one : choices) {
      if (found.isMissingNode() && one.path("index").asInt(0) == 0) {
        found = one;
      } else {
        leftOut.add("choices");
      }
    }
    return found;
  }

  /** What a frame holds; one that holds no JSON object holds nothing for a message. */
  private static JsonNode chunk(byte[] frame) {
    try {
      return WireJson.tree(FrameData.of(frame));
    } catch (MalformedReplyException _) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  private void start(JsonNode chunk) {
    if (started) {
      return;
    }
    started = true;
    var event = event("message_start");
    var message = Words.message(chunk);
    tierTold = Words.tier(chunk.path("service_tier")) != null;
    var estimate = Words.estimate(asked.chat(), 1);
    message.set("usage", Words.usage(estimate, chunk.path("service_tier")));
    event.set("message", message);
    send(event);
  }

  @Override
  public void passed(byte[] ownFrame) {
    started |= ownFrame.length > 0 && ownFrame[0] != ':';
  }

  @Override
  public List<byte[]> end() {
    start(JsonNodeFactory.instance.objectNode().put("model", asked.model()));
    blocks.end();
    var last = event("message_delta");
    var delta = last.putObject("delta").putNull("container");
    Words.putStop(delta, choice, blocks.called(), blocks.refused(), explanation);
    Words.nameUntold(choice, delta, leftOut);
    last.set(
        "usage", Words.usage(usage.orElseGet(() -> Words.estimate(asked.chat(), blocks.said()))));
    leftOut.tell(last);
    send(last);
    send(event("message_stop"));
    return sent();
  }

  @Override
  public List<byte[]> broken(Refusal refusal) {
    return List.of(frame("error", WireJson.bytes(ErrorBody.anthropic(refusal))));
  }

  /** A ping is one only within a message. */
  @Override
  public byte[] waiting() {
    return started ? frame("ping", WireJson.bytes(event("ping"))) : KEEP_ALIVE;
  }

  static ObjectNode event(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private void send(ObjectNode event) {
    frames.add(frame(event.path("type").textValue(), WireJson.bytes(event)));
  }

  private List<byte[]> sent() {
    var all = List.copyOf(frames);
    frames.clear();
    return all;
  }

  private static byte[] frame(String type, byte[] data) {
    var frame = new ByteArrayOutputStream(data.length + 48);
    frame.writeBytes(("event: " + type + "\n" + DATA).getBytes(StandardCharsets.UTF_8));
    frame.writeBytes(data);
    frame.writeBytes(new byte[] {'\n', '\n'});
    return frame.toByteArray();
  }
}
