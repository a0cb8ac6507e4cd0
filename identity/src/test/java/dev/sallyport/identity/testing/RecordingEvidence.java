package dev.sallyport.identity.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Evidence that keeps what it was told, and fails when a test says so. Thread-safe. */
public final class RecordingEvidence implements Evidence {
  private final List<Written> records = new CopyOnWriteArrayList<>();
  private volatile boolean failing;

  /** One thing that was written down. */
  public sealed interface Written {}

  /** The intent of an allowed action. */
  public record Begun(CallId callId, Action action, Allowed decision) implements Written {}

  /** The end of an allowed action. */
  public record Ended(CallId callId, Outcome outcome, ObjectNode facts) implements Written {}

  /** A denied action. */
  public record Refused(CallId callId, Action action, Denied decision) implements Written {}

  /** An action that waits for an approval. */
  public record Waits(CallId callId, Action action, Held decision, CallId approval)
      implements Written {}

  /** The end of an action that waited for an approval. */
  public record Lapsed(CallId approval, Outcome.Refused outcome, ObjectNode facts)
      implements Written {}

  /** Something else. */
  public record Event(String type, ObjectNode facts) implements Written {}

  @Override
  public Entry begin(CallId callId, Action action, Allowed decision) {
    add(new Begun(callId, action, decision));
    return (outcome, facts) -> add(new Ended(callId, outcome, facts.deepCopy()));
  }

  @Override
  public void denied(CallId callId, Action action, Denied decision) {
    add(new Refused(callId, action, decision));
  }

  @Override
  public void held(CallId callId, Action action, Held decision, CallId approval) {
    add(new Waits(callId, action, decision, approval));
  }

  @Override
  public void lapsed(CallId approval, Outcome.Refused outcome, ObjectNode facts) {
    add(new Lapsed(approval, outcome, facts.deepCopy()));
  }

  @Override
  public void event(String type, ObjectNode facts) {
    add(new Event(type, facts.deepCopy()));
  }

  /** From now on, whether no record can be made durable. */
  public void fail(boolean fails) {
    failing = fails;
  }

  /** All records, in order. */
  public List<Written> records() {
    return List.copyOf(records);
  }

  /** The records of one kind, in order. */
  public <T extends Written> List<T> records(Class<T> kind) {
    return records.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** How the actions ended, in order; denied ones are not among them. */
  public List<Outcome> outcomes() {
    return records(Ended.class).stream().map(Ended::outcome).toList();
  }

  /** The facts of the events of one type, in order. */
  public List<ObjectNode> events(String type) {
    return records(Event.class).stream()
        .filter(event -> event.type().equals(type))
        .map(Event::facts)
        .toList();
  }

  private void add(Written record) {
    if (failing) {
      throw new Refusal(RefusalCode.EVIDENCE_UNAVAILABLE);
    }
    records.add(record);
  }
}
