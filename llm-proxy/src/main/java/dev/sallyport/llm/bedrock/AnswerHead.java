package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import java.nio.charset.StandardCharsets;

/**
 * What every chat answer, and every chunk of one, begins with: Bedrock's say neither an id nor a
 * model.
 */
record AnswerHead(String id, long created, String model) {
  /**
   * For an answer.
   *
   * @param bytes the answer's or its request's, by which the id differs from all others
   */
  static AnswerHead of(Attempt attempt, byte[] bytes) {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    return new AnswerHead(
        "chatcmpl-" + Names.digest(attempt.at() + "\n" + text),
        attempt.at().getEpochSecond(),
        attempt.upstreamModel());
  }

  ObjectNode of(String object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", model);
  }
}
