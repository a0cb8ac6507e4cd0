package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.embedding.EmbeddingAnswer;
import dev.sallyport.llm.embedding.EmbeddingRequest;
import dev.sallyport.llm.embedding.TranslatedEmbeddings;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Embeddings of Google's models on Vertex AI: by predict, and, from the second Gemini on, by
 * embedContent, which takes one text. A text that is too long is refused and not cut, as OpenAI
 * does. Source: Vertex AI API, v1, "Text embeddings API", embedContent.
 */
final class VertexEmbeddings implements TranslatedEmbeddings {
  private static final String GEMINI = "gemini-embedding-";
  private static final String FIRST = GEMINI + "001";

  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) throws CannotCarryException {
    var asked = EmbeddingRequest.of(own);
    if (attempt.upstreamModel().startsWith(FIRST)) {
      var _ = asked.only();
    }
    boolean predicts = predicts(attempt);
    return new WireRequest(
        VertexAdapter.path(attempt) + (predicts ? ":predict" : ":embedContent"),
        Map.of(),
        WireJson.bytes(predicts ? instances(asked) : content(asked)),
        asked.dropped(TaskType.unknown(asked)));
  }

  private static boolean predicts(Attempt attempt) {
    var model = attempt.upstreamModel();
    return !model.startsWith(GEMINI) || model.startsWith(FIRST);
  }

  private static ObjectNode instances(EmbeddingRequest asked) {
    var body = JsonNodeFactory.instance.objectNode();
    var instances = body.putArray("instances");
    for (var text : asked.texts()) {
      var one = instances.addObject().put("content", text);
      TaskType.of(asked).ifPresent(name -> one.put("task_type", name));
    }
    var parameters = body.putObject("parameters").put("autoTruncate", false);
    asked.dimensions().ifPresent(count -> parameters.put("outputDimensionality", count));
    return body;
  }

  private static ObjectNode content(EmbeddingRequest asked) throws CannotCarryException {
    var body = JsonNodeFactory.instance.objectNode();
    body.putObject("content").putArray("parts").addObject().put("text", asked.only());
    body.put("autoTruncate", false);
    TaskType.of(asked).ifPresent(name -> body.put("taskType", name));
    asked.dimensions().ifPresent(count -> body.put("outputDimensionality", count));
    return body;
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    var failure = GeminiEmbeddings.failure(reply);
    if (failure.isPresent()) {
      return new Reply.Failed(failure.get());
    }
    var answer = WireJson.object(reply.body());
    List<JsonNode> vectors = new ArrayList<>();
    if (!predicts(attempt)) {
      vectors.add(answer.at("/embedding/values"));
      var usage = UsageReader.read(answer.path("usageMetadata"));
      return EmbeddingAnswer.of(own, attempt, vectors, usage);
    }
    answer.path("predictions").forEach(one -> vectors.add(one.at("/embeddings/values")));
    return EmbeddingAnswer.of(own, attempt, vectors, counted(answer.path("predictions")));
  }

  /** Each prediction tells its own count; what one leaves out is not known of all. */
  private static Optional<Usage> counted(JsonNode predictions) {
    var sum = Usage.NONE;
    for (var one : predictions) {
      var count = one.at("/embeddings/statistics/token_count");
      if (!count.isNumber()) {
        return Optional.empty();
      }
      sum = sum.plus(Unit.FRESH_IN, count.asLong());
    }
    return Optional.of(sum);
  }
}
