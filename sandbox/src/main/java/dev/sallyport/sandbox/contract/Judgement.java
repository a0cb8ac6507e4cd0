package dev.sallyport.sandbox.contract;

import java.util.List;

/** What a contract says of a call. */
public sealed interface Judgement {
  /** It may go on. */
  record Pass() implements Judgement {}

  /**
   * It may go on if a person says so.
   *
   * @param findings why; at least one
   */
  record Ask(List<Finding> findings) implements Judgement {
    public Ask {
      findings = List.copyOf(findings);
    }
  }

  /**
   * It may not go on.
   *
   * @param findings why, and what a person would have to be asked besides; at least one
   */
  record Refuse(List<Finding> findings) implements Judgement {
    public Refuse {
      findings = List.copyOf(findings);
    }
  }
}
