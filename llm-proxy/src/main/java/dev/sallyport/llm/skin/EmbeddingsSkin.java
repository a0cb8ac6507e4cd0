package dev.sallyport.llm.skin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.ModelRequest;
import java.util.List;
import java.util.Optional;

/**
 * OpenAI's embeddings. Their requests are answered by providers that give them, and by no others,
 * whose adapters take them as they are; in chat form they are what is embedded, as the user would
 * say it.
 */
public final class EmbeddingsSkin implements Skin {
  @Override
  public Form form() {
    return Form.EMBEDDINGS;
  }

  @Override
  public ModelRequest read(byte[] body) {
    var own = JsonBody.parse(body);
    var input = own.tree().path("input");
    boolean some = input.isTextual() ? !input.textValue().isEmpty() : input.isArray();
    if (!some || (input.isArray() && input.isEmpty())) {
      throw malformed("\"input\" must be a text, or a list of texts or of tokens, and not empty.");
    }
    if (own.tree().path("stream").asBoolean()) {
      throw malformed("Embeddings are not streamed.");
    }
    return new ModelRequest(Form.EMBEDDINGS, chat(own.tree(), input), Optional.of(own), List.of());
  }

  private static ChatRequest chat(ObjectNode own, JsonNode input) {
    var chat = JsonNodeFactory.instance.objectNode();
    chat.set("model", own.path("model"));
    var message = chat.putArray("messages").addObject().put("role", "user");
    if (input.isArray() && input.path(0).isTextual()) {
      var parts = message.putArray("content");
      input.forEach(one -> parts.addObject().put("type", "text").put("text", one.asText()));
    } else {
      message.put("content", input.isTextual() ? input.textValue() : input.toString());
    }
    if (own.has("provider")) {
      chat.set("provider", own.path("provider"));
    }
    return ChatRequest.of(chat.put("max_completion_tokens", 1));
  }

  @Override
  public byte[] whole(ModelRequest asked, ObjectNode chat) {
    throw new IllegalStateException("an embedding is never translated");
  }

  @Override
  public SkinStream stream(ModelRequest asked) {
    throw new IllegalStateException("embeddings are not streamed");
  }

  private static Refusal malformed(String advice) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, advice);
  }
}
