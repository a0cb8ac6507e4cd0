package dev.sallyport.sandbox.quarantine;

/** A question that the quarantine does not take; the message says why, in our words only. */
final class UnfitQuestionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final int bits;

  UnfitQuestionException(String reason) {
    this(reason, 0);
  }

  /** One that depends on what is held, and so tells something of it. */
  UnfitQuestionException(String reason, int bits) {
    super(reason, null, false, false);
    this.reason = reason;
    this.bits = bits;
  }

  /** How much it tells, which was charged. */
  int bits() {
    return bits;
  }

  /** Why, for the agent that asked. */
  String reason() {
    return reason;
  }
}
