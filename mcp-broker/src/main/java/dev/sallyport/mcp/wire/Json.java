package dev.sallyport.mcp.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.text.Utf8;
import java.io.IOException;
import java.util.TreeMap;

/**
 * Reads and writes JSON as MCP peers send it. Reading is strict: another encoding than UTF-8, a
 * name given twice, anything after the end, more depth than allowed, a number with an absurd
 * exponent, or half of a surrogate pair in what a caller sent is malformed. Numbers are kept
 * exactly as they were sent.
 */
public final class Json {
  /** The deepest nesting of a request. */
  public static final int MAX_REQUEST_DEPTH = 64;

  /** The deepest nesting of what an upstream sends. */
  public static final int MAX_RESULT_DEPTH = 200;

  private static final char REPLACEMENT = '\ufffd';
  private static final ExactNodes NODES = new ExactNodes();
  private static final JsonMapper REQUESTS = mapper(MAX_REQUEST_DEPTH);
  private static final JsonMapper RESULTS = mapper(MAX_RESULT_DEPTH);
  private static final ObjectWriter CANONICAL =
      RESULTS.writer().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private Json() {}

  /** Reads what a caller sent. */
  public static JsonNode parseRequest(byte[] json) throws MalformedJsonException {
    return parse(REQUESTS, json, json.length, Halves.REFUSED);
  }

  /**
   * Reads what an upstream sent. Half of a surrogate pair, as where a text was cut within a
   * character, becomes U+FFFD: nothing else of it could be written in UTF-8.
   */
  public static JsonNode parseResult(byte[] json) throws MalformedJsonException {
    return parseResult(json, json.length);
  }

  /** Reads the first bytes of an array that an upstream filled. */
  public static JsonNode parseResult(byte[] json, int length) throws MalformedJsonException {
    return parse(RESULTS, json, length, Halves.REPLACED);
  }

  /** The tree in UTF-8. */
  public static byte[] bytes(JsonNode tree) {
    try {
      return RESULTS.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a tree that was read here", e);
    }
  }

  /** The tree in UTF-8 with the names of every object in order, for digests. */
  public static byte[] canonical(JsonNode tree) {
    try {
      return CANONICAL.writeValueAsBytes(sorted(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a tree that was read here", e);
    }
  }

  public static ObjectNode object() {
    return NODES.objectNode();
  }

  public static ArrayNode array() {
    return NODES.arrayNode();
  }

  /** What becomes of texts with half of a surrogate pair. */
  private enum Halves {
    REFUSED,
    REPLACED
  }

  private static JsonNode parse(JsonMapper mapper, byte[] json, int length, Halves halves)
      throws MalformedJsonException {
    if (!Utf8.mayBe(json, length)) {
      throw new MalformedJsonException("is not in UTF-8");
    }
    try {
      var tree = mapper.readTree(json, 0, length);
      if (tree.isMissingNode()) {
        throw new MalformedJsonException("is empty");
      }
      return namesSurrogates(json, length) ? whole(tree, halves) : tree;
    } catch (MalformedJsonException e) {
      throw e;
    } catch (IOException | ExactNodes.OutOfRangeException e) {
      throw new MalformedJsonException("is not JSON that this gateway takes", e);
    }
  }

  /** Whether a surrogate is written as an escape: the only way for half of a pair to come in. */
  private static boolean namesSurrogates(byte[] json, int length) {
    for (int i = 0; i + 3 < length; i++) {
      if (json[i] == '\\' && json[i + 1] == 'u' && (json[i + 2] | 0x20) == 'd') {
        return true;
      }
    }
    return false;
  }

  /** The tree, changed, with whole characters alone. */
  private static JsonNode whole(JsonNode tree, Halves halves) throws MalformedJsonException {
    if (tree.isTextual()) {
      var text = tree.textValue();
      var whole = whole(text, halves);
      return whole.equals(text) ? tree : NODES.textNode(whole);
    }
    if (tree.isObject()) {
      for (var member : tree.properties()) {
        var _ = whole(member.getKey(), Halves.REFUSED); // two names could become one
        member.setValue(whole(member.getValue(), halves));
      }
    } else if (tree instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, whole(array.get(i), halves));
      }
    }
    return tree;
  }

  private static String whole(String text, Halves halves) throws MalformedJsonException {
    var whole = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        if (halves == Halves.REFUSED) {
          throw new MalformedJsonException("holds half of a surrogate pair");
        }
        whole.setCharAt(i, REPLACEMENT);
      }
    }
    return whole.toString();
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree.isObject()) {
      var names = new TreeMap<String, JsonNode>();
      tree.properties().forEach(member -> names.put(member.getKey(), sorted(member.getValue())));
      var object = object();
      names.forEach(object::set);
      return object;
    }
    if (tree.isArray()) {
      var array = array();
      tree.forEach(element -> array.add(sorted(element)));
      return array;
    }
    return tree;
  }

  private static JsonMapper mapper(int depth) {
    var mapper =
        JsonMapper.builder(
                JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedBoundedPool()).build())
            .nodeFactory(NODES)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                .maxNumberLength(1_000)
                .maxStringLength(Integer.MAX_VALUE)
                .build());
    mapper
        .getFactory()
        .setStreamWriteConstraints(
            StreamWriteConstraints.builder().maxNestingDepth(MAX_RESULT_DEPTH + 8).build());
    return mapper;
  }
}
