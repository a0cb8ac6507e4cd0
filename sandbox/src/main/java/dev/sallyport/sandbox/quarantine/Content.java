package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;

/** How untrusted JSON is read. */
final class Content {
  /** The levels that are read. */
  static final int MAX_NESTING = 200;

  private static final int MAX_NUMBER_CHARS = 400;

  private static final ObjectMapper STRICT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_NESTING)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Content() {}

  /** The object or array that a text is, if it is one and all of it is. */
  static Optional<JsonNode> structureOf(String text, int maxChars) {
    if (text.length() > maxChars || !looksLikeStructure(text)) {
      return Optional.empty();
    }
    return parse(text).filter(JsonNode::isContainerNode);
  }

  /** The JSON that a text is, with no member twice and nothing after it. */
  static Optional<JsonNode> parse(String text) {
    try {
      return Optional.ofNullable(STRICT.readTree(text));
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  /** Whether the first character that is no space opens what the last one closes. */
  private static boolean looksLikeStructure(String text) {
    var first = 0;
    var last = text.length() - 1;
    while (first < last && isSpace(text.charAt(first))) {
      first++;
    }
    while (last > first && isSpace(text.charAt(last))) {
      last--;
    }
    return first < last
        && switch (text.charAt(first)) {
          case '{' -> text.charAt(last) == '}';
          case '[' -> text.charAt(last) == ']';
          default -> false;
        };
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }
}
