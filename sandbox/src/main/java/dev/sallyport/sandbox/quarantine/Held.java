package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A value in quarantine, exactly as it came.
 *
 * @param looks what looks into it may tell, together with all else that came in the same result
 */
record Held(
    Reference reference, String source, Vocabulary vocabulary, LookBudget looks, JsonNode value) {
  /** The value as text: a string as it is, anything else as JSON. */
  String text() {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  @Override
  public String toString() {
    return "Held[" + reference.kind().shortName() + "#" + reference.number() + "]";
  }
}
