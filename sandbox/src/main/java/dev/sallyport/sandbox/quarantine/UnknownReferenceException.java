package dev.sallyport.sandbox.quarantine;

/** A reference that cannot be replaced by what it stands for. */
public final class UnknownReferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a reference cannot be replaced. */
  public enum Reason {
    /** This turn gave out no such reference. */
    UNKNOWN("this turn holds no such reference"),
    /** It begins like a reference and is not one. */
    MALFORMED("a reference must be used exactly as it was given"),
    /** It was held, and dropped since to make room. */
    DROPPED("the value of this reference was dropped to make room for newer ones"),
    /** A person's word for it does not hold any more. */
    EXPIRED("the release of this reference is over; ask for it again, or use the one it is of"),
    /** It stands in the name of a member. */
    IN_NAME("a reference may stand in a value, not in the name of a member"),
    /** What came out would be too large. */
    TOO_LARGE("the arguments are too large once their references are replaced");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** Why, for whoever used the reference. */
    public String text() {
      return text;
    }
  }

  private final Reason reason;

  UnknownReferenceException(Reason reason) {
    super(reason.text, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
