package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.QuarantineMode;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.contract.Standing;

/**
 * What is known of a content before anybody looks at it. None of it is of the content's making. The
 * same for all results of a tool, as long as no other is agreed of them. Immutable.
 */
public final class Intake {
  private final String source;
  private final Vocabulary vocabulary;
  private final QuarantineMode mode;
  private final ResultRules rules;
  private final Standing aside;

  /**
   * One of contents of which something may be agreed.
   *
   * @param source where they come from, as a person may read it; the writer of all that is in them
   * @param vocabulary the member names that may be shown: those that it is made with, and those
   *     that the rules name
   * @param mode {@link QuarantineMode#TYPED} to show what is of a closed type, too; any other is as
   *     {@link QuarantineMode#STRICT}
   * @param rules what is agreed of them
   */
  public Intake(String source, Vocabulary vocabulary, QuarantineMode mode, ResultRules rules) {
    this.source = source;
    // Else it would show, uncharged, which of the names that are not known a rule knows.
    this.vocabulary = vocabulary.with(rules.names());
    this.mode = mode;
    this.rules = rules;
    this.aside = Standing.of(rules.floor(source));
  }

  /** One of which nothing is agreed. */
  public static Intake strict(String source, Vocabulary vocabulary) {
    return new Intake(source, vocabulary, QuarantineMode.STRICT, ResultRules.NONE);
  }

  /** The same in a mode. */
  public Intake in(QuarantineMode other) {
    return mode == other ? this : new Intake(source, vocabulary, other, rules);
  }

  /** Where it came from, as a person may read it. */
  public String source() {
    return source;
  }

  /** The member names that may be shown. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** How much of it is shown. */
  public QuarantineMode mode() {
    return mode;
  }

  /** What is agreed of it. */
  public ResultRules rules() {
    return rules;
  }

  /** Whether what is of a closed type is shown. */
  boolean isTyped() {
    return mode == QuarantineMode.TYPED;
  }

  /** Where stands what nothing is agreed of: under the worst label of any part. */
  Standing aside() {
    return aside;
  }

  /** Where a whole content stands. */
  Standing root(JsonNode content) {
    return rules.hasParts() ? rules.root(source, content) : aside;
  }

  @Override
  public String toString() {
    return "Intake[" + source + "]";
  }
}
