package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultRules;

/**
 * What is known of a content before anybody looks at it. None of it is of the content's making.
 *
 * @param source where it came from, as a person may read it; the writer of all that is in it
 * @param vocabulary the member names that may be shown: those that it is made with, and those that
 *     the rules name
 * @param mode {@link QuarantineMode#TYPED} to show what is of a closed type, too; any other is as
 *     {@link QuarantineMode#STRICT}
 * @param rules what is agreed of it
 */
public record Intake(String source, Vocabulary vocabulary, QuarantineMode mode, ResultRules rules) {
  public Intake {
    // Else it would show, uncharged, which of the names that are not known a rule knows.
    vocabulary = vocabulary.with(rules.names());
  }

  /** Whether what is of a closed type is shown. */
  boolean isTyped() {
    return mode == QuarantineMode.TYPED;
  }

  /** One of which nothing is agreed. */
  public static Intake strict(String source, Vocabulary vocabulary) {
    return new Intake(source, vocabulary, QuarantineMode.STRICT, ResultRules.NONE);
  }
}
