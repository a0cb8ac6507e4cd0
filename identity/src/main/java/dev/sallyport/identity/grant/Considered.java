package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision.Rule;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One rule that was considered for a decision.
 *
 * @param rule where it stands
 * @param says what it says where it matches
 * @param match whether it did
 * @param why a stable code, and where a condition failed what failed; for whoever writes policies,
 *     never for a caller
 * @param condition what it wants, in CEL; empty if it wants nothing
 * @param terms the parts of its condition, where it has one and somebody asked for them
 */
public record Considered(
    Rule rule, Says says, Match match, String why, String condition, List<Term> terms) {
  public Considered {
    terms = List.copyOf(terms);
  }

  /**
   * A part of a condition, all of which must hold.
   *
   * @param text in CEL
   * @param match whether it holds, for the call that was asked about
   * @param values what stood at the places that it looks at, by name such as {@code args.limit};
   *     what stood nowhere is missing
   */
  public record Term(String text, Match match, SortedMap<String, String> values) {
    public Term {
      values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
  }

  /** What a rule says. */
  public enum Says {
    /** It may be done. */
    ALLOW,
    /** It may be done once a person has approved it. */
    APPROVE,
    /** It may not be done. */
    DENY,
    /** It may be done so often. */
    LIMIT
  }

  /** Whether a rule had a part in a decision. */
  public enum Match {
    /** It did. */
    MATCHED,
    /** Its condition is not fulfilled. */
    NOT_MATCHED,
    /** Its condition could not be looked at: an allowance is none then, all else denies. */
    FAILED,
    /** It would have had one, but is only tried. */
    SHADOW
  }
}
