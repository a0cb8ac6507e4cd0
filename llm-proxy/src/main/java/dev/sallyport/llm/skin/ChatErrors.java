package dev.sallyport.llm.skin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.ErrorBody;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;

/** The last event of a stream in chat form that broke off. */
final class ChatErrors {
  private ChatErrors() {}

  /** OpenAI's: the error alone, since its clients take what has choices for a chunk. */
  static byte[] openAi(Refusal refusal) {
    return event(ErrorBody.openAi(refusal));
  }

  /** OpenRouter's: a chunk that ends in an error. */
  static byte[] openRouter(Refusal refusal, String model, long epochSecond) {
    var chunk = JsonNodeFactory.instance.objectNode();
    chunk
        .put("id", refusal.callId().map(id -> "chatcmpl-" + id).orElse("chatcmpl-none"))
        .put("object", "chat.completion.chunk")
        .put("created", epochSecond)
        .put("model", model);
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.putObject("delta");
    choice.put("finish_reason", "error");
    chunk.setAll(ErrorBody.openRouter(refusal));
    return event(chunk);
  }

  private static byte[] event(ObjectNode data) {
    return ("data: " + new String(WireJson.bytes(data), StandardCharsets.UTF_8) + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
