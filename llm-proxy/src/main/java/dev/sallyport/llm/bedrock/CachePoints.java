package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/** The marks up to which a prompt is to be cached. */
final class CachePoints {
  private CachePoints() {}

  /** Puts a mark behind what was just added, if it is to be cached. */
  static void add(ArrayNode blocks, JsonNode cacheControl) {
    if (!cacheControl.isObject()) {
      return;
    }
    var point = blocks.addObject().putObject("cachePoint").put("type", "default");
    if (cacheControl.path("ttl").asText("").equals("1h")) {
      point.put("ttl", "1h");
    }
  }
}
