package dev.sallyport.sandbox.quarantine;

/** A question that the quarantine does not take; the message says why, in our words only. */
final class UnfitQuestionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  UnfitQuestionException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** Why, for the agent that asked. */
  String reason() {
    return reason;
  }
}
