package dev.sallyport.llm.skin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.ErrorBody;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.sse.FrameData;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The last event of a stream in chat form that broke off. */
final class ChatErrors {
  private static final String OBJECT = "chat.completion.chunk";
  private static final List<String> HEAD = List.of("id", "object", "created", "model", "provider");

  private ChatErrors() {}

  /** OpenAI's: the error alone, since its clients take what has choices for a chunk. */
  static byte[] openAi(Refusal refusal) {
    return event(ErrorBody.openAi(refusal));
  }

  /**
   * OpenRouter's: a chunk that ends in an error.
   *
   * @param head what the chunks of the answer begin with
   */
  static byte[] openRouter(Refusal refusal, ObjectNode head) {
    var chunk = head.deepCopy();
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.putObject("delta");
    choice.put("finish_reason", "error");
    chunk.setAll(ErrorBody.openRouter(refusal));
    return event(chunk);
  }

  /** What the chunks of an answer of which none came would begin with. */
  static ObjectNode head(Refusal refusal, String model, Instant now) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", refusal.callId().map(id -> "chatcmpl-" + id).orElse("chatcmpl-none"))
        .put("object", OBJECT)
        .put("created", now.getEpochSecond())
        .put("model", model);
  }

  /** What a chunk says of its answer; empty if the frame is none. */
  static Optional<ObjectNode> head(byte[] frame) {
    try {
      var chunk = WireJson.object(FrameData.of(frame));
      if (!chunk.path("object").asText("").equals(OBJECT)) {
        return Optional.empty();
      }
      var head = JsonNodeFactory.instance.objectNode();
      HEAD.stream().filter(chunk::hasNonNull).forEach(name -> head.set(name, chunk.get(name)));
      return Optional.of(head);
    } catch (MalformedReplyException _) {
      return Optional.empty();
    }
  }

  private static byte[] event(ObjectNode data) {
    return ("data: " + new String(WireJson.bytes(data), StandardCharsets.UTF_8) + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
