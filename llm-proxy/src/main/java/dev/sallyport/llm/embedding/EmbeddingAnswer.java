package dev.sallyport.llm.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.spi.WireJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Writes OpenAI's answer to a request for embeddings. Pure. */
public final class EmbeddingAnswer {
  private EmbeddingAnswer() {}

  /**
   * The answer.
   *
   * @param own what was asked
   * @param vectors the embeddings in the order of the texts, each an array of numbers
   * @param usage what was read, if the provider said; nothing is written
   * @throws MalformedReplyException if there is not one embedding for each text
   */
  public static Reply of(
      JsonBody own, Attempt attempt, List<JsonNode> vectors, Optional<Usage> usage)
      throws MalformedReplyException {
    var asked = again(own);
    if (vectors.size() != asked.texts().size()) {
      throw new MalformedReplyException("not one embedding for each text");
    }
    var answer = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = answer.putArray("data");
    for (var vector : vectors) {
      require(vector);
      var one = data.addObject().put("object", "embedding").put("index", data.size() - 1);
      if (asked.base64()) {
        one.put("embedding", base64(vector));
      } else {
        one.set("embedding", vector);
      }
    }
    answer.put("model", attempt.upstreamModel());
    usage.ifPresent(counted -> tell(answer, counted));
    var model = Optional.of(attempt.upstreamModel());
    return new Reply.Completed(WireJson.bytes(answer), new Served(model, Optional.empty(), usage));
  }

  /** So many tokens that were read. */
  public static Optional<Usage> tokens(JsonNode count) {
    return count.isNumber()
        ? Optional.of(Usage.NONE.plus(Unit.FRESH_IN, count.asLong()))
        : Optional.empty();
  }

  private static void tell(ObjectNode answer, Usage usage) {
    answer.putObject("usage").put("prompt_tokens", usage.in()).put("total_tokens", usage.in());
  }

  private static EmbeddingRequest again(JsonBody own) {
    try {
      return EmbeddingRequest.of(own);
    } catch (CannotCarryException e) {
      throw new IllegalStateException(e); // then it was never sent
    }
  }

  private static void require(JsonNode vector) throws MalformedReplyException {
    if (!vector.isArray() || vector.isEmpty()) {
      throw new MalformedReplyException("an embedding without numbers");
    }
    for (var number : vector) {
      if (!number.isNumber()) {
        throw new MalformedReplyException("an embedding of something else than numbers");
      }
    }
  }

  private static String base64(JsonNode vector) {
    var bytes = ByteBuffer.allocate(vector.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEach(number -> bytes.putFloat(number.floatValue()));
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
