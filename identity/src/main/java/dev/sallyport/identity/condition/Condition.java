package dev.sallyport.identity.condition;

/** What must be so for a rule of a policy to match. Thread-safe. */
@FunctionalInterface
public interface Condition {
  /** Of a rule that always matches. */
  Condition ALWAYS = _ -> Verdict.TRUE;

  /** Looks whether it is so. Never throws. */
  Verdict test(Facts facts);

  /** How it is written; empty if it is not, as of a rule that always matches. */
  default String text() {
    return "";
  }

  /** One that cannot be looked at any more, such as one that does not fit a tool's new schema. */
  static Condition failing(String reason) {
    var failed = new Verdict.Failed(reason);
    return _ -> failed;
  }
}
