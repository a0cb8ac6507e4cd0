package dev.sallyport.llm.gemini;

import dev.sallyport.llm.embedding.EmbeddingRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Google's words for what embeddings are for. */
final class TaskType {
  private static final Map<String, String> NAMES =
      Map.of(
          "search_query", "RETRIEVAL_QUERY",
          "search_document", "RETRIEVAL_DOCUMENT",
          "classification", "CLASSIFICATION",
          "clustering", "CLUSTERING",
          "semantic_similarity", "SEMANTIC_SIMILARITY");

  private TaskType() {}

  static Optional<String> of(EmbeddingRequest asked) {
    return asked.purpose().map(NAMES::get);
  }

  /** What has no such word. */
  static List<String> unknown(EmbeddingRequest asked) {
    return asked.purpose().isPresent() && of(asked).isEmpty()
        ? List.of(EmbeddingRequest.PURPOSE)
        : List.of();
  }
}
