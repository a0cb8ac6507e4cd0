package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.LeftOut;

/** How Google served a request, in OpenAI's words. Source: Vertex AI, {@code TrafficType}. */
final class ServiceTier {
  private ServiceTier() {}

  /**
   * Says in an answer in chat form what the usage of an answer tells; what has no word is named.
   */
  static void put(ObjectNode chat, JsonNode traffic, LeftOut leftOut) {
    switch (traffic.asText("")) {
      case "", "TRAFFIC_TYPE_UNSPECIFIED" -> {}
      case "ON_DEMAND" -> chat.put("service_tier", "default");
      case "ON_DEMAND_PRIORITY" -> chat.put("service_tier", "priority");
      case "ON_DEMAND_FLEX" -> chat.put("service_tier", "flex");
      case "PROVISIONED_THROUGHPUT" -> chat.put("service_tier", "scale");
      default -> leftOut.add("usageMetadata.trafficType");
    }
  }
}
