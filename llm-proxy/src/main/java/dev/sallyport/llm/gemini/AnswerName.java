package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;

/**
 * What an answer is called.
 *
 * @param id Google's, or else one made of the moment at which the attempt began
 * @param model which answered
 */
record AnswerName(String id, String model, long epochSecond) {
  /** By an answer, or the first piece of one. */
  static AnswerName of(JsonNode answer, Attempt attempt) {
    var at = attempt.at();
    var id = answer.path("responseId").asText("");
    return new AnswerName(
        id.isEmpty() ? "gemini-%x-%x".formatted(at.getEpochSecond(), at.getNano()) : id,
        answer.path("modelVersion").asText(attempt.upstreamModel()),
        at.getEpochSecond());
  }

  /** What an answer or a chunk of one begins with. */
  ObjectNode object(String kind) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", kind)
        .put("created", epochSecond)
        .put("model", model);
  }
}
