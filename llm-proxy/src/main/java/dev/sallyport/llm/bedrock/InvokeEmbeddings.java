package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
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
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Embeddings of Titan Text and of Cohere Embed on Bedrock, by InvokeModel. Source: Amazon Bedrock
 * User Guide, "Amazon Titan Text Embeddings", "Cohere Embed and Cohere Embed v4 models".
 */
final class InvokeEmbeddings implements TranslatedEmbeddings {
  private static final int MOST_OF_COHERE = 96;
  private static final String USUAL_PURPOSE = "search_document";

  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) throws CannotCarryException {
    var asked = EmbeddingRequest.of(own);
    var model = Model.of(attempt);
    var body = model == Model.COHERE_3 || model == Model.COHERE_4 ? cohere(asked) : titan(asked);
    if (asked.dimensions().isPresent()) {
      body.put(model.dimensions(), asked.dimensions().getAsInt());
    }
    boolean purposeless = body.has("inputText") && asked.purpose().isPresent();
    return new WireRequest(
        BedrockAdapter.path(attempt.upstreamModel()) + "/invoke",
        Map.of("Accept", "application/json"),
        WireJson.bytes(body),
        asked.dropped(purposeless ? List.of(EmbeddingRequest.PURPOSE) : List.of()));
  }

  private static ObjectNode titan(EmbeddingRequest asked) throws CannotCarryException {
    return JsonNodeFactory.instance.objectNode().put("inputText", asked.only());
  }

  /** A text that is too long is refused and not cut, as OpenAI does. */
  private static ObjectNode cohere(EmbeddingRequest asked) throws CannotCarryException {
    if (asked.texts().size() > MOST_OF_COHERE) {
      throw new CannotCarryException(
          "The provider of this model embeds at most %d texts at a request."
              .formatted(MOST_OF_COHERE));
    }
    var body = JsonNodeFactory.instance.objectNode();
    asked.texts().forEach(body.putArray("texts")::add);
    body.put("input_type", asked.purpose().orElse(USUAL_PURPOSE)).put("truncate", "NONE");
    body.putArray("embedding_types").add("float");
    return body;
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(Errors.failure(reply));
    }
    var answer = WireJson.object(reply.body());
    List<JsonNode> vectors = new ArrayList<>();
    var several = answer.path("embeddings");
    if (answer.has("embedding")) {
      vectors.add(answer.path("embedding"));
    } else {
      (several.isArray() ? several : several.path("float")).forEach(vectors::add);
    }
    return EmbeddingAnswer.of(own, attempt, vectors, usage(reply, answer));
  }

  /** Titan counts in its body; of the others a header of Bedrock's tells. */
  private static Optional<Usage> usage(WireReply reply, ObjectNode answer) {
    return EmbeddingAnswer.tokens(answer.path("inputTextTokenCount"))
        .or(() -> reply.tokensIn().map(LongNode::valueOf).flatMap(EmbeddingAnswer::tokens));
  }

  /** What can be asked for embeddings. */
  private enum Model {
    TITAN_1,
    TITAN_2,
    COHERE_3,
    COHERE_4;

    static Model of(Attempt attempt) throws CannotCarryException {
      var name = attempt.upstreamModel();
      boolean ofCohere =
          name.contains("cohere.embed") || attempt.site().publisher().equals(Optional.of("cohere"));
      if (ofCohere) {
        boolean third = name.contains("-v3") || name.contains("english") || name.contains("multi");
        return third ? COHERE_3 : COHERE_4;
      }
      if (name.contains("titan-embed-text-v1") || name.contains("titan-embed-g1-text")) {
        return TITAN_1;
      }
      if (name.contains("titan-embed-text")
          || attempt.site().publisher().equals(Optional.of("amazon"))) {
        return TITAN_2;
      }
      throw new CannotCarryException(
          "Of the models on Bedrock, Titan Text and Cohere Embed are asked for embeddings; this is"
              + " none of them.");
    }

    /** Where it is told how long an embedding is to be. */
    String dimensions() throws CannotCarryException {
      return switch (this) {
        case TITAN_2 -> "dimensions";
        case COHERE_4 -> "output_dimension";
        case TITAN_1, COHERE_3 ->
            throw new CannotCarryException(
                "The embeddings of this model have one length: leave \"dimensions\" out.");
      };
    }
  }
}
