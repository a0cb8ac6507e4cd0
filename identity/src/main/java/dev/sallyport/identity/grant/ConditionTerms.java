package dev.sallyport.identity.grant;

import dev.sallyport.identity.condition.ConditionCompiler;
import dev.sallyport.identity.condition.ConditionText;
import dev.sallyport.identity.condition.Facts;
import dev.sallyport.identity.condition.InvalidConditionException;
import dev.sallyport.identity.condition.Verdict;
import dev.sallyport.identity.grant.Considered.Match;
import dev.sallyport.identity.grant.Considered.Term;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Takes the conditions of rules apart, to tell which part of one is not fulfilled, and by what. */
final class ConditionTerms {
  private static final int LONGEST = 120;

  private final ConditionCompiler conditions = new ConditionCompiler();

  /** The parts of a rule's condition; none if it has no condition. */
  List<Term> of(PolicyRule rule, Facts facts) {
    var text = rule.condition().text();
    return text.isEmpty()
        ? List.of()
        : ConditionText.terms(text).stream()
            .map(term -> new Term(term, match(term, facts), values(term, facts)))
            .toList();
  }

  private Match match(String term, Facts facts) {
    try {
      return switch (conditions.compile(term).test(facts)) {
        case Verdict.Fulfilled(var is) -> is ? Match.MATCHED : Match.NOT_MATCHED;
        case Verdict.Failed _ -> Match.FAILED;
      };
    } catch (InvalidConditionException _) {
      return Match.FAILED;
    }
  }

  private static SortedMap<String, String> values(String term, Facts facts) {
    var values = new TreeMap<String, String>();
    for (var place : ConditionText.reads(term)) {
      facts.told(place).ifPresent(value -> values.put(place, cut(value)));
    }
    return values;
  }

  private static String cut(String value) {
    return value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "\u2026";
  }
}
