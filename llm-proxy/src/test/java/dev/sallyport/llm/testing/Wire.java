package dev.sallyport.llm.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;

/** Small JSON for tests. */
public final class Wire {
  private static final JsonMapper PRETTY = new JsonMapper();

  private Wire() {}

  public static ObjectNode object(byte[] bytes) {
    try {
      return WireJson.object(bytes);
    } catch (MalformedReplyException e) {
      throw new AssertionError(e);
    }
  }

  public static ObjectNode object(String text) {
    return object(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String pretty(JsonNode tree) {
    try {
      return PRETTY.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
