package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Embeddings of the Gemini API, of Vertex AI, and of Titan and Cohere on Bedrock. */
final class EmbeddingSides {
  private static final int MOST_TEXTS = 100;
  private static final int MOST_OF_COHERE = 96;

  private EmbeddingSides() {}

  /** How a path is answered; empty if it is none of them. */
  static Optional<Function<Received, Played>> of(String route) {
    if (route.endsWith(":batchEmbedContents")) {
      return Optional.of(EmbeddingSides::gemini);
    }
    if (route.endsWith(":predict")) {
      return Optional.of(EmbeddingSides::vertex);
    }
    if (route.endsWith(":embedContent")) {
      return Optional.of(EmbeddingSides::embedContent);
    }
    if (route.contains("/model/") && route.endsWith("/invoke") && route.contains("embed")) {
      return Optional.of(route.contains("cohere") ? EmbeddingSides::cohere : EmbeddingSides::titan);
    }
    return Optional.empty();
  }

  private static Played gemini(Received request) {
    var body = request.json();
    only(body, "requests");
    var requests = body.path("requests");
    require(!requests.isEmpty() && requests.size() <= MOST_TEXTS, "requests: 1 to 100");
    var answer = Trees.object();
    var embeddings = answer.putArray("embeddings");
    for (var one : requests) {
      only(one, "model", "content", "taskType", "title", "outputDimensionality");
      require(
          request.route().contains("/" + one.path("model").asText() + ":"),
          "model: not that of the path");
      var text = text(one.at("/content/parts/0/text"));
      int count = one.path("outputDimensionality").asInt(Embeddings.DIMENSIONS);
      put(embeddings.addObject(), "values", text, count);
    }
    return Pieces.json(answer, new Usage(tokens(requests), 0, 0, 0, 0)); // tells no count
  }

  private static Played vertex(Received request) {
    var body = request.json();
    only(body, "instances", "parameters");
    only(body.path("parameters"), "autoTruncate", "outputDimensionality");
    var instances = body.path("instances");
    require(!instances.isEmpty() && instances.size() <= MOST_TEXTS, "instances: 1 to 100");
    require(
        !request.route().contains("gemini") || instances.size() == 1,
        "instances: this model takes one");
    int count = body.at("/parameters/outputDimensionality").asInt(Embeddings.DIMENSIONS);
    var answer = Trees.object();
    var predictions = answer.putArray("predictions");
    for (var one : instances) {
      only(one, "content", "task_type", "title");
      var embeddings = predictions.addObject().putObject("embeddings");
      put(embeddings, "values", text(one.path("content")), count);
      embeddings
          .putObject("statistics")
          .put("truncated", false)
          .put("token_count", tokens(one.path("content")));
    }
    long all = 0;
    for (var one : instances) {
      all += tokens(one.path("content"));
    }
    return Pieces.json(answer, new Usage(all, 0, 0, 0, 0));
  }

  private static Played embedContent(Received request) {
    var body = request.json();
    only(body, "content", "taskType", "title", "autoTruncate", "outputDimensionality");
    var text = body.at("/content/parts/0/text");
    int count = body.path("outputDimensionality").asInt(Embeddings.DIMENSIONS);
    var answer = Trees.object();
    put(answer.putObject("embedding"), "values", text(text), count);
    answer.putObject("usageMetadata").put("promptTokenCount", tokens(text));
    return Pieces.json(answer.put("truncated", false), new Usage(tokens(text), 0, 0, 0, 0));
  }

  private static Played titan(Received request) {
    var body = request.json();
    only(body, "inputText", "dimensions", "normalize", "embeddingTypes");
    var text = body.path("inputText");
    var answer = Trees.object();
    put(answer, "embedding", text(text), body.path("dimensions").asInt(Embeddings.DIMENSIONS));
    answer.put("inputTextTokenCount", tokens(text));
    return Pieces.json(answer, new Usage(tokens(text), 0, 0, 0, 0));
  }

  private static Played cohere(Received request) {
    var body = request.json();
    only(body, "texts", "input_type", "truncate", "embedding_types", "output_dimension");
    require(body.path("input_type").isTextual(), "input_type: required");
    var texts = body.path("texts");
    require(!texts.isEmpty() && texts.size() <= MOST_OF_COHERE, "texts: 1 to 96");
    int count = body.path("output_dimension").asInt(Embeddings.DIMENSIONS);
    var answer = Trees.object().put("response_type", "embeddings_by_type");
    var floats = answer.putObject("embeddings").putArray("float");
    for (var one : texts) {
      var _ = Embeddings.numbers(floats.addArray(), Embeddings.vector(text(one), count));
    }
    return Pieces.json(answer, new Usage(tokens(texts), 0, 0, 0, 0)); // a header would count
  }

  private static JsonNode text(JsonNode text) {
    require(text.isTextual() && !text.textValue().isEmpty(), "a text is needed");
    return text;
  }

  private static void put(ObjectNode into, String name, JsonNode text, int count) {
    var _ = Embeddings.numbers(into.putArray(name), Embeddings.vector(text, count));
  }

  private static long tokens(JsonNode read) {
    return Trees.tokens(read.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void only(JsonNode object, String... known) {
    var names = Set.of(known);
    for (var member : object.properties()) {
      require(names.contains(member.getKey()), "Unknown name \"" + member.getKey() + "\"");
      require(!member.getValue().isNull(), member.getKey() + ": null");
    }
  }
}
