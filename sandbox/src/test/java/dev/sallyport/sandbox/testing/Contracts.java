package dev.sallyport.sandbox.testing;

import dev.sallyport.sandbox.contract.ArgumentRules;
import dev.sallyport.sandbox.contract.AuthorityRule;
import dev.sallyport.sandbox.contract.Effects;
import dev.sallyport.sandbox.contract.FieldForm;
import dev.sallyport.sandbox.contract.FieldKind;
import dev.sallyport.sandbox.contract.FieldRule;
import dev.sallyport.sandbox.contract.ResultBudget;
import dev.sallyport.sandbox.contract.ResultRules;
import dev.sallyport.sandbox.contract.ToolContract;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Readers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes contracts and their parts for tests. */
public final class Contracts {
  private Contracts() {}

  /** Rules of fields only. */
  public static ResultRules fields(Map<String, FieldForm> forms) {
    Map<String, FieldRule> rules = new HashMap<>();
    forms.forEach((path, form) -> rules.put(path, FieldRule.of(form)));
    return rules(rules, List.of());
  }

  /** Rules of fields and of single items, of results that anybody may have written. */
  public static ResultRules rules(Map<String, FieldRule> rules, List<AuthorityRule> items) {
    return new ResultRules(
        ResultRules.byPath(rules),
        Authority.PUBLIC,
        items,
        Readers.EVERYONE,
        List.of(),
        ResultBudget.DEFAULT);
  }

  /** A text that may be shown where it is a word of the person's. */
  public static FieldRule word(FieldKind kind) {
    return new FieldRule(new FieldForm.Open(kind), true, Optional.empty(), Optional.empty());
  }

  /** A contract about arguments. */
  public static ToolContract contract(
      ArgumentRules arguments, Effects effects, OptionalInt maxInfluenceBits) {
    return new ToolContract(
        "mail-send", "1", Optional.empty(), ResultRules.NONE, arguments, effects, maxInfluenceBits);
  }
}
