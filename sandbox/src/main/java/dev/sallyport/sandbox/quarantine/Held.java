package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.label.Label;
import java.time.Instant;
import java.util.Optional;

/**
 * A value in quarantine, exactly as it came.
 *
 * @param looks what looks into it may tell, together with all else that came in the same result
 * @param standing where in its result it stands
 * @param weight about how many characters of memory it takes
 * @param endorsement what a person said for it, if one did; such a value holds no longer than that
 */
record Held(
    Reference reference,
    Intake intake,
    LookBudget looks,
    Standing standing,
    JsonNode value,
    long weight,
    Optional<Endorsement> endorsement) {
  /** One that nobody has vouched for. */
  Held(
      Reference reference,
      Intake intake,
      LookBudget looks,
      Standing standing,
      JsonNode value,
      long weight) {
    this(reference, intake, looks, standing, value, weight, Optional.empty());
  }

  /** Where it came from, as a person may read it. */
  String source() {
    return intake.source();
  }

  /** The label of all that it is. */
  Label label() {
    return standing.whole();
  }

  /**
   * The label under which all of it may go into an argument. What is made of it has {@link #label}:
   * a person vouched for these characters and no others.
   */
  Label asArgument() {
    return endorsement.map(one -> one.raised(label())).orElseGet(this::label);
  }

  /** Whether it may be used at a moment. */
  boolean holds(Instant now) {
    return endorsement.isEmpty() || endorsement.get().holds(this, now);
  }

  /** The same value, in which something else has a part. */
  Held joined(Label other) {
    return new Held(reference, intake, looks, standing.joined(other), value, weight, endorsement);
  }

  /** The value as text: a string as it is, anything else as JSON. */
  String text() {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  @Override
  public String toString() {
    return "Held[" + reference.kind().shortName() + "#" + reference.number() + "]";
  }
}
