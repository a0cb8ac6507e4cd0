package dev.sallyport.llm.spi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.text.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON as it goes over the wire: strict about keys, and exact about numbers ({@code 2.50}). */
public final class WireJson {
  /** Reads and writes trees. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final ObjectReader BEGINNING = MAPPER.reader();

  private static final ObjectReader WHOLE =
      MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final JsonFactory LEAN = lean();

  private WireJson() {}

  private static JsonFactory lean() {
    return new JsonMapper(
            JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(200)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .build())
        .getFactory();
  }

  /**
   * Reads what is only looked at: repeated keys are not noticed.
   *
   * @throws MalformedReplyException if it is not in UTF-8
   */
  public static JsonParser lookAt(byte[] bytes) throws IOException, MalformedReplyException {
    requireUtf8(bytes);
    return LEAN.createParser(bytes);
  }

  /** The bytes of a tree. */
  public static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads what a provider sent.
   *
   * @throws MalformedReplyException if it is not a JSON object in UTF-8
   */
  public static ObjectNode object(byte[] bytes) throws MalformedReplyException {
    if (tree(WHOLE, bytes) instanceof ObjectNode object) {
      return object;
    }
    throw new MalformedReplyException("not an object");
  }

  /**
   * Reads what a provider sent, and nothing that follows it.
   *
   * @return a missing node if there is nothing
   * @throws MalformedReplyException if it is not JSON
   */
  public static JsonNode tree(byte[] bytes) throws MalformedReplyException {
    return tree(BEGINNING, bytes);
  }

  private static JsonNode tree(ObjectReader reader, byte[] bytes) throws MalformedReplyException {
    requireUtf8(bytes);
    try {
      return reader.readTree(bytes);
    } catch (IOException _) {
      throw new MalformedReplyException("not JSON");
    }
  }

  /** In another encoding, a secret that was lent would not be found. */
  private static void requireUtf8(byte[] bytes) throws MalformedReplyException {
    if (!Utf8.mayBe(bytes, bytes.length)) {
      throw new MalformedReplyException("not in UTF-8");
    }
  }
}
