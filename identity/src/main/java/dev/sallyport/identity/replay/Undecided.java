package dev.sallyport.identity.replay;

import java.util.Locale;

/** Why a recorded decision could not be made again. */
public enum Undecided {
  /** Its record does not say on what it was: a name in it was too long to be kept whole. */
  TARGET_NOT_RECORDED("the record does not hold the whole name of what was called"),
  /** It was the label of a turn, a part of Sallyport or a fault that decided, not a policy. */
  NOT_BY_POLICY("not a policy decided, but a label, a turn or Sallyport itself"),
  /** What was called is not registered and approved any more. */
  UNKNOWN_NOW("what was called is not registered and approved any more"),
  /** A condition wants arguments of which evidence holds the digest alone. */
  ARGUMENTS_NOT_RECORDED("a condition wants arguments that were not recorded: see audit.args"),
  /** A condition wants arguments out of which a secret was taken. */
  ARGUMENTS_REDACTED("a condition wants arguments out of which a secret was taken"),
  /** A condition wants to know the time, the source, the label or the count of calls. */
  CONTEXT_NOT_RECORDED("a condition wants a context that old records do not hold");

  private final String meaning;

  Undecided(String meaning) {
    this.meaning = meaning;
  }

  /** Its name in reports. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The same for a reader. */
  public String meaning() {
    return meaning;
  }
}
