package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Label;
import java.util.List;
import java.util.Optional;

/**
 * Where in a result a value stands: what is agreed of it, and the label that it has there.
 *
 * <p>The label is that of the whole result, or of the innermost item or field around it of which
 * one is said. Immutable.
 */
public final class Standing {
  private final List<RuleTree> places;
  private final Label own;
  private final Label taint;

  private Standing(List<RuleTree> places, Label own, Label taint) {
    this.places = places;
    this.own = own;
    this.taint = taint;
  }

  /** Where nothing is agreed, under a label. */
  public static Standing of(Label label) {
    return new Standing(List.of(), label, Label.CLEAN);
  }

  /** Of a whole result. */
  static Standing root(RuleTree rules, Label label, JsonNode content) {
    return at(List.of(rules), label, Label.CLEAN, content);
  }

  /** Where an item of this list stands. */
  public Standing item(JsonNode item) {
    return places.isEmpty() ? this : at(RuleTree.items(places), own, taint, item);
  }

  /** Where a member of this object stands. */
  public Standing member(String name, JsonNode value) {
    return places.isEmpty() ? this : at(RuleTree.member(places, name), own, taint, value);
  }

  private static Standing at(List<RuleTree> places, Label around, Label taint, JsonNode node) {
    var rule = RuleTree.rule(places);
    var label = around;
    if (rule.isPresent()) {
      label = label.withAuthority(rule.get().authority().orElse(label.authority()));
      label = label.withReaders(rule.get().readers().orElse(label.readers()));
    }
    label = label.withAuthority(RuleTree.authority(places, node).orElse(label.authority()));
    label = label.withReaders(RuleTree.readers(places, node).orElse(label.readers()));
    return new Standing(places, label, taint);
  }

  /** What is agreed of the value itself. */
  public Optional<FieldRule> rule() {
    return places.isEmpty() ? Optional.empty() : RuleTree.rule(places);
  }

  /** The label of the value itself, if it has no parts. */
  public Label label() {
    return own.join(taint);
  }

  /** The label of the value with all that may be in it. */
  public Label whole() {
    var lowest = own;
    for (var place : places) {
      lowest = place.loweredBelow(lowest);
    }
    return lowest.join(taint);
  }

  /** The same place, where something else has a part in the value. */
  public Standing joined(Label other) {
    return new Standing(places, own, taint.join(other));
  }

  /** Of something made of the value, of which nothing is agreed. */
  public Standing derived() {
    return of(whole());
  }

  @Override
  public String toString() {
    return "Standing[" + label().authority() + "]";
  }
}
