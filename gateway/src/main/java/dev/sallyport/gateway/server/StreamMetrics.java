package dev.sallyport.gateway.server;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.llm.LlmProxy;
import dev.sallyport.mcp.http.McpRoutes;
import java.util.HashMap;
import java.util.List;

/** What is measured of answers and calls that are kept open. */
final class StreamMetrics {
  private StreamMetrics() {}

  /** Has the streamed answers of models measured. */
  static void add(Metrics metrics, LlmProxy models) {
    metrics.gauges(
        "sallyport_model_streams",
        "Streamed answers of models that are under way, by what they are at.",
        List.of("state"),
        () -> {
          var counts = new HashMap<List<String>, Long>();
          models.streams().forEach((state, count) -> counts.put(List.of(state.label()), count));
          return counts;
        });
  }

  /** Has the calls measured that wait for their clients. */
  static void add(Metrics metrics, McpRoutes mcp) {
    metrics.gauge(
        "sallyport_mcp_parked_calls",
        "Calls by MCP that wait for their clients to come again with what was asked of them.",
        mcp::parkedCalls);
  }
}
