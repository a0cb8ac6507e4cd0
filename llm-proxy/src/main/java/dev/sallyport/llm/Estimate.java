package dev.sallyport.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;

/** How many tokens a call takes, as far as that can be said without its provider. */
final class Estimate {
  private static final int USUAL_BYTES_OF_TOKEN = 4;

  /** The bytes of a token that are fewer than text has in nearly every language. */
  private static final int FEW_BYTES_OF_TOKEN = 2;

  private static final int MOST_TOKENS_OF_IMAGE = 65_536;
  private static final int USUAL_TOKENS_OF_IMAGE = 8_192;

  /** What is only named may be as long as any model reads. */
  private static final int MOST_TOKENS_OF_FILE = 1 << 20;

  /** What providers write before the tools of a request. */
  private static final int TOKENS_BESIDE_TOOLS = 1_024;

  private Estimate() {}

  /**
   * The most tokens that a request can have: no token has less than a byte, and what stands around
   * the text of a request is longer than what a provider makes of it.
   */
  static long mostIn(ModelRequest request) {
    var media = Media.in(request.chat());
    return bytes(request)
        - media.bytes
        + media.images * MOST_TOKENS_OF_IMAGE
        + media.files * MOST_TOKENS_OF_FILE
        + (request.chat().tree().path("tools").isEmpty() ? 0 : TOKENS_BESIDE_TOOLS);
  }

  /** More tokens than a request usually has. */
  static long likelyIn(ModelRequest request) {
    var media = Media.in(request.chat());
    return Math.ceilDiv(bytes(request) - media.bytes, FEW_BYTES_OF_TOKEN)
        + media.images * USUAL_TOKENS_OF_IMAGE;
  }

  /** How long a request is in the longer of the forms in which it may go on. */
  private static long bytes(ModelRequest request) {
    int own = request.own().map(body -> body.bytes().length).orElse(0);
    return Math.max(own, request.chat().bytes().length);
  }

  /** The most tokens that an answer may have; which of two limits a provider heeds is not known. */
  static long mostOut(ChatRequest request, Deployment deployment) {
    var tree = request.tree();
    long said =
        Math.max(tree.path("max_completion_tokens").asLong(0), tree.path("max_tokens").asLong(0));
    long most = said == 0 ? deployment.maxOutputTokens() : said;
    return most * answers(request);
  }

  /** How many answers are asked for. */
  static long answers(ChatRequest request) {
    return Math.max(1, request.tree().path("n").asLong(1));
  }

  /** What a call used that its provider did not count, or not to the end. */
  static Usage used(ChatRequest request, long contentBytes) {
    return Usage.NONE
        .plus(Unit.FRESH_IN, Math.ceilDiv(request.bytes().length, USUAL_BYTES_OF_TOKEN))
        .plus(Unit.TEXT_OUT, Math.ceilDiv(contentBytes, USUAL_BYTES_OF_TOKEN));
  }

  /**
   * What a request has that is not text.
   *
   * @param bytes how long the images are as they stand in the request
   * @param files those that are only named
   */
  private record Media(long images, long files, long bytes) {
    static Media in(ChatRequest request) {
      long images = 0;
      long files = 0;
      long bytes = 0;
      for (var message : request.tree().path("messages")) {
        for (var part : message.path("content")) {
          if (part.path("image_url") instanceof ObjectNode image) {
            images++;
            bytes += image.path("url").asText("").length();
          }
          files += isNamed(part.path("file")) ? 1 : 0;
        }
      }
      return new Media(images, files, bytes);
    }

    private static boolean isNamed(JsonNode file) {
      return file.isObject() && !file.path("file_data").asText("").startsWith("data:");
    }
  }
}
