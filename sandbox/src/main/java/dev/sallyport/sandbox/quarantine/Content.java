package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayDeque;
import java.util.Optional;

/** How untrusted JSON is read and weighed. */
final class Content {
  private static final int MAX_NESTING = 200;
  private static final int MAX_NUMBER_CHARS = 400;
  private static final int NODE_WEIGHT = 8;

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
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Content() {}

  /** The object or array that a text is, if it is one and all of it is. */
  static Optional<JsonNode> structureOf(String text, int maxChars) {
    if (text.length() > maxChars || !startsLikeStructure(text)) {
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

  /** About how many characters of memory a value takes. */
  static long weight(JsonNode value) {
    if (!value.isContainerNode()) {
      return NODE_WEIGHT + (value.isTextual() ? value.textValue().length() : 0L);
    }
    var weight = 0L;
    var open = new ArrayDeque<JsonNode>();
    open.push(value);
    while (!open.isEmpty()) {
      var node = open.pop();
      weight += NODE_WEIGHT;
      if (node.isTextual()) {
        weight += node.textValue().length();
      }
      for (var names = node.fieldNames(); names.hasNext(); ) {
        weight += names.next().length();
      }
      node.forEach(open::push);
    }
    return weight;
  }

  /** Whether no part of a value lies deeper than this reads. */
  static boolean isShallow(JsonNode value) {
    return isShallow(value, MAX_NESTING);
  }

  private static boolean isShallow(JsonNode value, int levels) {
    if (levels < 0) {
      return false;
    }
    if (value.isContainerNode()) {
      for (var child : value) {
        if (!isShallow(child, levels - 1)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean startsLikeStructure(String text) {
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '{' || c == '[') {
        return true;
      }
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        return false;
      }
    }
    return false;
  }
}
