package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.embedding.EmbeddingAnswer;
import dev.sallyport.llm.embedding.EmbeddingRequest;
import dev.sallyport.llm.embedding.TranslatedEmbeddings;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Embeddings of the Gemini API. Source: Gemini API, v1beta, batchEmbedContents. */
final class GeminiEmbeddings implements TranslatedEmbeddings {
  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) throws CannotCarryException {
    var asked = EmbeddingRequest.of(own);
    var task = TaskType.of(asked);
    var bare = GeminiAdapter.bare(attempt.upstreamModel());
    var body = JsonNodeFactory.instance.objectNode();
    var requests = body.putArray("requests");
    for (var text : asked.texts()) {
      var one = requests.addObject().put("model", GeminiAdapter.MODELS + bare);
      one.putObject("content").putArray("parts").addObject().put("text", text);
      task.ifPresent(name -> one.put("taskType", name));
      asked.dimensions().ifPresent(count -> one.put("outputDimensionality", count));
    }
    return new WireRequest(
        "/models/" + ModelPath.segment(bare) + ":batchEmbedContents",
        Map.of(),
        WireJson.bytes(body),
        asked.dropped(TaskType.unknown(asked)));
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    var failure = failure(reply);
    if (failure.isPresent()) {
      return new Reply.Failed(failure.get());
    }
    var answer = WireJson.object(reply.body());
    List<JsonNode> vectors = new ArrayList<>();
    answer.path("embeddings").forEach(one -> vectors.add(one.path("values")));
    return EmbeddingAnswer.of(
        own, attempt, vectors, UsageReader.read(answer.path("usageMetadata")));
  }

  static Optional<Failure> failure(WireReply reply) {
    return reply.status() >= 200 && reply.status() <= 299
        ? Optional.empty()
        : GeminiErrors.of(reply).or(() -> Optional.of(Failure.of(reply)));
  }
}
