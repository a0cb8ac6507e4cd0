package dev.sallyport.identity.action;

import dev.sallyport.identity.action.Decision.Rule;
import java.util.List;

/** What the labels of data say of an action that would carry them somewhere. */
public sealed interface Flow {
  /** What it carries may go there. */
  Flow FREE = new Free();

  /** What it carries may go there. */
  record Free() implements Flow {}

  /**
   * What it carries may go there once a person has approved this very action.
   *
   * @param by the rule that wants that
   * @param remedies what else the caller can do
   */
  record Held(Rule by, List<Remedy> remedies) implements Flow {
    public Held {
      remedies = List.copyOf(remedies);
    }
  }

  /**
   * What it carries may not go there.
   *
   * @param by the rule that is broken
   * @param reason a stable code for evidence
   * @param remedies what the caller can do instead
   */
  record Stopped(Rule by, String reason, List<Remedy> remedies) implements Flow {
    public Stopped {
      remedies = List.copyOf(remedies);
    }
  }

  /** Looks at what an action carries. Asked once its policy has granted it. */
  @FunctionalInterface
  interface Check {
    /** Of an action that carries nothing with a label. */
    Check NONE = _ -> FREE;

    /**
     * Looks at it.
     *
     * @param grant the rule by which its policy grants it
     */
    Flow check(Rule grant);
  }
}
