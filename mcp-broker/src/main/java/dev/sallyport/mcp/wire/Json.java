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
import java.io.IOException;
import java.util.TreeMap;

/**
 * Reads and writes JSON as MCP peers send it. Reading is strict: a name given twice, anything after
 * the end, more depth than allowed, half of a surrogate pair or a number with an absurd exponent is
 * malformed. Numbers are kept exactly as they were sent.
 */
public final class Json {
  /** The deepest nesting of a request. */
  public static final int MAX_REQUEST_DEPTH = 64;

  /** The deepest nesting of what an upstream sends. */
  public static final int MAX_RESULT_DEPTH = 200;

  private static final ExactNodes NODES = new ExactNodes();
  private static final JsonMapper REQUESTS = mapper(MAX_REQUEST_DEPTH);
  private static final JsonMapper RESULTS = mapper(MAX_RESULT_DEPTH);
  private static final ObjectWriter CANONICAL =
      RESULTS.writer().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private Json() {}

  /** Reads what a caller sent. */
  public static JsonNode parseRequest(byte[] json) throws MalformedJsonException {
    return parse(REQUESTS, json, 0, json.length);
  }

  /** Reads what an upstream sent. */
  public static JsonNode parseResult(byte[] json) throws MalformedJsonException {
    return parse(RESULTS, json, 0, json.length);
  }

  /** Reads the first bytes of an array that an upstream filled. */
  public static JsonNode parseResult(byte[] json, int length) throws MalformedJsonException {
    return parse(RESULTS, json, 0, length);
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

  private static JsonNode parse(JsonMapper mapper, byte[] json, int from, int length)
      throws MalformedJsonException {
    try {
      var tree = mapper.readTree(json, from, length);
      if (tree.isMissingNode()) {
        throw new MalformedJsonException("is empty");
      }
      if (namesSurrogates(json, from, length)) {
        requireWholeCharacters(tree);
      }
      return tree;
    } catch (MalformedJsonException e) {
      throw e;
    } catch (IOException | ExactNodes.OutOfRangeException e) {
      throw new MalformedJsonException("is not JSON that this gateway takes", e);
    }
  }

  /** Whether a surrogate is written as an escape: the only way for half of a pair to come in. */
  private static boolean namesSurrogates(byte[] json, int from, int length) {
    for (int i = from; i + 3 < from + length; i++) {
      if (json[i] == '\\' && json[i + 1] == 'u' && (json[i + 2] | 0x20) == 'd') {
        return true;
      }
    }
    return false;
  }

  private static void requireWholeCharacters(JsonNode tree) throws MalformedJsonException {
    if (tree.isTextual()) {
      requireWholeCharacters(tree.textValue());
    } else if (tree.isObject()) {
      for (var member : tree.properties()) {
        requireWholeCharacters(member.getKey());
        requireWholeCharacters(member.getValue());
      }
    } else if (tree.isArray()) {
      for (var element : tree) {
        requireWholeCharacters(element);
      }
    }
  }

  private static void requireWholeCharacters(String text) throws MalformedJsonException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new MalformedJsonException("holds half of a surrogate pair");
      }
    }
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
