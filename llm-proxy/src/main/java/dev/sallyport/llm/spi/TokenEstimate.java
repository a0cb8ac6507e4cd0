package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * About how many tokens a request has, where nobody has counted: system text, messages, tools and
 * the form of the answer. An estimate, which is to be called so wherever it is shown.
 */
public final class TokenEstimate {
  private static final int BYTES_OF_TOKEN = 4;
  private static final int TOKENS_OF_MESSAGE = 4;
  private static final int TOKENS_OF_IMAGE = 1_600;
  private static final int TOKENS_OF_FILE = 3_000;
  private static final String TEXT = "data:text/";

  private TokenEstimate() {}

  /** Of a whole request. */
  public static long of(ChatRequest request) {
    var tree = request.tree();
    long bytes = written(tree.path("tools")) + written(tree.path("response_format"));
    long tokens = 0;
    for (var message : tree.path("messages")) {
      tokens += TOKENS_OF_MESSAGE;
      bytes += said(message.path("tool_calls"));
      bytes += said(message.path("reasoning_details"));
      var content = message.path("content");
      bytes += content.isTextual() ? said(content) : 0;
      for (var part : content) {
        var file = part.path("file").path("file_data").asText("");
        if (part.has("image_url")) {
          tokens += TOKENS_OF_IMAGE;
        } else if (file.startsWith(TEXT)) {
          bytes += file.length() * 3L / 4;
        } else if (part.has("file") || part.has("input_audio")) {
          tokens += TOKENS_OF_FILE;
        } else {
          bytes += said(part);
        }
      }
    }
    return tokens + ofText(bytes);
  }

  /** Of so many bytes of text. */
  public static long ofText(long bytes) {
    return Math.ceilDiv(bytes, BYTES_OF_TOKEN);
  }

  private static long written(JsonNode tree) {
    return tree.isMissingNode() || tree.isNull() ? 0 : WireJson.bytes(tree).length;
  }

  /** How many bytes of text stand in a tree, the names of its members not counted. */
  private static long said(JsonNode tree) {
    if (tree.isTextual()) {
      return tree.textValue().getBytes(StandardCharsets.UTF_8).length;
    }
    long bytes = 0;
    for (var child : tree) {
      bytes += said(child);
    }
    return bytes;
  }
}
