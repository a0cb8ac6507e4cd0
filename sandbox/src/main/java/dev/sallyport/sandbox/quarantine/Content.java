package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayDeque;
import java.util.Optional;

/** How untrusted JSON is read and weighed. */
final class Content {
  private static final int MAX_NESTING = 200;
  private static final int MAX_NUMBER_CHARS = 400;
  private static final int NODE_WEIGHT = 8;

  /** However much of this is added up, and whatever else to it, stays less than zero. */
  private static final long TOO_DEEP = -(1L << 40);

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
    var weight = weight(value, MAX_NESTING);
    return weight < 0 ? deepWeight(value) : weight;
  }

  /** Whether a value takes no more than that, and no part of it lies deeper than this reads. */
  static boolean fits(JsonNode value, long mostWeight) {
    var weight = weight(value, MAX_NESTING);
    return weight >= 0 && weight <= mostWeight;
  }

  /** The weight; less than zero if a part of the value lies deeper than so many levels. */
  private static long weight(JsonNode value, int levels) {
    if (levels < 0) {
      return TOO_DEEP;
    }
    return switch (value) {
      case TextNode text -> NODE_WEIGHT + text.textValue().length();
      case ArrayNode array -> {
        var weight = (long) NODE_WEIGHT;
        for (var i = 0; i < array.size(); i++) {
          weight += weight(array.get(i), levels - 1);
        }
        yield weight;
      }
      case ObjectNode object -> {
        var weight = (long) NODE_WEIGHT;
        for (var member : object.properties()) {
          weight += member.getKey().length() + weight(member.getValue(), levels - 1);
        }
        yield weight;
      }
      default -> NODE_WEIGHT;
    };
  }

  /** The same without a call for each level. */
  private static long deepWeight(JsonNode value) {
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
