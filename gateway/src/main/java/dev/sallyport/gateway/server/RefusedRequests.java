package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.identity.action.Evidence;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes down requests that were refused before they became an action, such as those that are not
 * well formed: the first {@value #IN_FULL} between two flushes one by one, the rest as counts, so
 * that a flood of them cannot fill the evidence. Thread-safe.
 */
final class RefusedRequests {
  static final String EVENT = "request.refused";
  static final int IN_FULL = 20;

  private final Evidence evidence;
  private final Metrics metrics;
  private int written;
  private Map<String, Long> counted = new TreeMap<>();

  RefusedRequests(Evidence evidence, Metrics metrics) {
    this.evidence = evidence;
    this.metrics = metrics;
  }

  /**
   * Writes one down, or counts it.
   *
   * @param listener {@code data} or {@code admin}
   * @param code one of a small set
   */
  void refused(String listener, String code) {
    metrics.refusedRequest(listener, code);
    synchronized (this) {
      if (written >= IN_FULL) {
        counted.merge(listener + " " + code, 1L, Long::sum);
        return;
      }
      written++;
    }
    evidence.event(
        EVENT, JsonNodeFactory.instance.objectNode().put("listener", listener).put("code", code));
  }

  /** Writes what was counted, and begins anew. To be called about once a minute, and at the end. */
  void flush() {
    Map<String, Long> counts;
    synchronized (this) {
      counts = counted;
      counted = new TreeMap<>();
      written = 0;
    }
    if (!counts.isEmpty()) {
      var facts = JsonNodeFactory.instance.objectNode();
      var reasons = facts.putObject("counts");
      counts.forEach(reasons::put);
      evidence.event(EVENT, facts);
    }
  }
}
