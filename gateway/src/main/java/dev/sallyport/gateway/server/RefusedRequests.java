package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.http.Callers.Sender;
import dev.sallyport.identity.http.FullRecords;
import java.util.List;
import java.util.Optional;

/**
 * Writes down requests that were refused before they became an action, such as those that are not
 * well formed: between two flushes the {@link FullRecords} one by one, the rest as counts, so that
 * a flood of them cannot fill the evidence. Thread-safe.
 */
final class RefusedRequests {
  static final String EVENT = "request.refused";

  private final Evidence evidence;
  private final Metrics metrics;
  private FullRecords full = new FullRecords();

  RefusedRequests(Evidence evidence, Metrics metrics) {
    this.evidence = evidence;
    this.metrics = metrics;
  }

  /**
   * Writes one down of which it is not known who made it, or counts it.
   *
   * @param listener {@code data} or {@code admin}
   * @param code one of a small set
   */
  void refused(String listener, String code) {
    refused(listener, Optional.empty(), code);
  }

  /** Writes one of a caller who is known down, or counts it. */
  void refused(String listener, Sender sender, String code) {
    refused(listener, Optional.of(sender), code);
  }

  /** Writes one down of a caller who is known, or of nobody, or counts it. */
  void refused(String listener, Optional<Sender> sender, String code) {
    metrics.refusedRequest(listener, code);
    if (isInFull(listener + " " + code, sender)) {
      var facts = JsonNodeFactory.instance.objectNode();
      facts.put("listener", listener).put("code", code);
      sender.map(Sender::facts).ifPresent(facts::setAll);
      evidence.event(EVENT, facts);
    }
  }

  private synchronized boolean isInFull(String what, Optional<Sender> sender) {
    return sender
        .map(known -> full.takeFor(known.principal(), what))
        .orElseGet(() -> full.takeForStranger(what));
  }

  /**
   * Writes what was counted, and begins anew; what cannot be written is kept for the next time. To
   * be called about once a minute, and at the end.
   */
  void flush() {
    List<ObjectNode> counts;
    synchronized (this) {
      counts = full.counts();
      full = new FullRecords();
    }
    FullRecords.write(counts, facts -> evidence.event(EVENT, facts), this::keep);
  }

  private synchronized void keep(List<ObjectNode> unwritten) {
    full.countAgain(unwritten);
  }
}
