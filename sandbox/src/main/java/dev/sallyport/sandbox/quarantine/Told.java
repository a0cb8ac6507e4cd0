package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.label.Label;

/**
 * A value that an agent was told as it is.
 *
 * @param byWords whether a text with one of its words in it may be of its making, not only one that
 *     is equal
 */
record Told(String text, Label label, boolean byWords) {
  @Override
  public String toString() {
    return "Told[]";
  }
}
