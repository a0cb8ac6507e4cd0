package dev.sallyport.identity.condition;

import java.util.Optional;

/** What must be so for a rule of a policy to match. Thread-safe. */
@FunctionalInterface
public interface Condition {
  /** Of a rule that always matches. */
  @SuppressWarnings("ClassInitializationDeadlock") // nothing reaches Settled but through this
  Condition ALWAYS = new Settled(Verdict.TRUE);

  /** Looks whether it is so. Never throws. */
  Verdict test(Facts facts);

  /** How it is written; empty if it is not, as of a rule that always matches. */
  default String text() {
    return "";
  }

  /** What it says whatever the call is; empty if that depends on the call. */
  default Optional<Verdict> settled() {
    return Optional.empty();
  }

  /** One that cannot be looked at any more, such as one that does not fit a tool's new schema. */
  static Condition failing(String reason) {
    return new Settled(new Verdict.Failed(reason));
  }
}
