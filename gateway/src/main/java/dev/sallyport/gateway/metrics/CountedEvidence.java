package dev.sallyport.gateway.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import java.util.concurrent.atomic.AtomicLong;

/** Evidence that knows how many records it took, and whether it still takes any. Thread-safe. */
public final class CountedEvidence implements Evidence {
  private final Evidence evidence;
  private final AtomicLong records = new AtomicLong();
  private volatile boolean broken;

  public CountedEvidence(Evidence evidence) {
    this.evidence = evidence;
  }

  /** How many records were made durable since the start. */
  public long records() {
    return records.get();
  }

  /** Whether the last record was made durable. */
  public boolean works() {
    return !broken;
  }

  @Override
  public Entry begin(CallId callId, Action action, Allowed decision) {
    try {
      var entry = evidence.begin(callId, action, decision);
      counted();
      return (outcome, facts) -> write(() -> entry.end(outcome, facts));
    } catch (Refusal refusal) {
      broken = true;
      throw refusal;
    }
  }

  @Override
  public void denied(CallId callId, Action action, Denied decision) {
    write(() -> evidence.denied(callId, action, decision));
  }

  @Override
  public void held(CallId callId, Action action, Held decision, CallId approval) {
    write(() -> evidence.held(callId, action, decision, approval));
  }

  @Override
  public void lapsed(CallId approval, Outcome.Refused outcome, ObjectNode facts) {
    write(() -> evidence.lapsed(approval, outcome, facts));
  }

  @Override
  public void event(String type, ObjectNode facts) {
    write(() -> evidence.event(type, facts));
  }

  private void write(Runnable record) {
    try {
      record.run();
      counted();
    } catch (Refusal refusal) {
      broken = true;
      throw refusal;
    }
  }

  private void counted() {
    broken = false;
    records.incrementAndGet();
  }
}
