package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Usage;

/** How many tokens a call takes, as far as that can be said without its provider. */
final class Estimate {
  /** More than text has in nearly every language. */
  private static final int MOST_TOKENS_IN_TWO_BYTES = 1;

  private static final int USUAL_BYTES_OF_TOKEN = 4;
  private static final int MOST_TOKENS_OF_IMAGE = 8_192;

  private Estimate() {}

  /** The most tokens that a request is taken to have. */
  static long mostIn(ChatRequest request) {
    long bytes = request.bytes().length;
    long images = 0;
    for (var message : request.tree().path("messages")) {
      for (var part : message.path("content")) {
        if (part.path("image_url") instanceof ObjectNode image) {
          images++;
          bytes -= image.path("url").asText("").length();
        }
      }
    }
    return Math.ceilDiv(Math.max(0, bytes) * MOST_TOKENS_IN_TWO_BYTES, 2)
        + images * MOST_TOKENS_OF_IMAGE;
  }

  /** The most tokens that an answer may have; which of two limits a provider heeds is not known. */
  static long mostOut(ChatRequest request, Deployment deployment) {
    var tree = request.tree();
    long said =
        Math.max(tree.path("max_completion_tokens").asLong(0), tree.path("max_tokens").asLong(0));
    long most = said == 0 ? deployment.maxOutputTokens() : said;
    return most * Math.max(1, tree.path("n").asLong(1));
  }

  /** What a call used that its provider did not count, or not to the end. */
  static Usage used(ChatRequest request, long contentBytes) {
    return new Usage(
        Math.ceilDiv(request.bytes().length, USUAL_BYTES_OF_TOKEN),
        0,
        0,
        Math.ceilDiv(contentBytes, USUAL_BYTES_OF_TOKEN));
  }
}
