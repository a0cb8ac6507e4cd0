package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.FieldPath.AnyMember;
import dev.sallyport.sandbox.contract.FieldPath.Item;
import dev.sallyport.sandbox.contract.FieldPath.Member;
import dev.sallyport.sandbox.contract.FieldPath.Step;
import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Readers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules of results by where they hold. Built once, then only read.
 *
 * @param fields the rule of this place; at most one
 * @param authority whose word single items here are, with the places of the rules in the contract
 * @param readers who may see single items here, in the same way
 */
record RuleTree(
    List<FieldRule> fields,
    List<Ranked<AuthorityRule>> authority,
    List<Ranked<ReadersRule>> readers,
    Map<Step, RuleTree> below) {
  /** A rule of single items and its place among all. */
  record Ranked<T>(int rank, T rule) {}

  private RuleTree() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new HashMap<>());
  }

  static RuleTree of(ResultRules rules) {
    var root = new RuleTree();
    rules.fields().forEach((path, rule) -> root.at(path).fields.add(rule));
    for (var i = 0; i < rules.authorityWhen().size(); i++) {
      var rule = rules.authorityWhen().get(i);
      root.at(rule.each()).authority.add(new Ranked<>(i, rule));
    }
    for (var i = 0; i < rules.readersWhen().size(); i++) {
      var rule = rules.readersWhen().get(i);
      root.at(rule.each()).readers.add(new Ranked<>(i, rule));
    }
    return root;
  }

  private RuleTree at(FieldPath path) {
    var tree = this;
    for (var step : path.steps()) {
      tree = tree.below.computeIfAbsent(step, _ -> new RuleTree());
    }
    return tree;
  }

  /** The rules of the items of a list that stands at one of these places. */
  static List<RuleTree> items(List<RuleTree> trees) {
    return trees.stream().flatMap(tree -> tree.next(new Item())).toList();
  }

  /** The rules of a member of an object that stands there: those that name it first. */
  static List<RuleTree> member(List<RuleTree> trees, String name) {
    return trees.stream()
        .flatMap(tree -> Stream.concat(tree.next(new Member(name)), tree.next(new AnyMember())))
        .toList();
  }

  static Optional<FieldRule> rule(List<RuleTree> trees) {
    return trees.stream().flatMap(tree -> tree.fields.stream()).findFirst();
  }

  /** The authority of a node that stands there, if a rule of single items holds for it. */
  static Optional<Authority> authority(List<RuleTree> trees, JsonNode node) {
    return trees.stream()
        .flatMap(tree -> tree.authority.stream())
        .sorted(Comparator.comparingInt(Ranked::rank))
        .filter(ranked -> ranked.rule().holds(node))
        .map(ranked -> ranked.rule().set())
        .findFirst();
  }

  /** Who may see a node that stands there, if a rule of single items holds for it. */
  static Optional<Readers> readers(List<RuleTree> trees, JsonNode node) {
    return trees.stream()
        .flatMap(tree -> tree.readers.stream())
        .sorted(Comparator.comparingInt(Ranked::rank))
        .filter(ranked -> ranked.rule().holds(node))
        .map(ranked -> ranked.rule().readers(node))
        .findFirst();
  }

  /** A label no better than that of anything that may lie below. */
  Label loweredBelow(Label label) {
    var lowest = label;
    for (var tree : below.values()) {
      lowest = tree.lowered(lowest);
    }
    return lowest;
  }

  /** A label no better than that of anything that may lie there or below. */
  Label lowered(Label label) {
    var lowest = label;
    for (var field : fields) {
      lowest =
          lowest.withAuthority(lowest.authority().and(field.authority().orElse(Authority.USER)));
      lowest =
          lowest.withReaders(field.readers().map(lowest.readers()::and).orElse(lowest.readers()));
    }
    for (var ranked : authority) {
      lowest = lowest.withAuthority(lowest.authority().and(ranked.rule().set()));
    }
    for (var ranked : readers) {
      lowest = lowest.withReaders(lowest.readers().and(ranked.rule().least()));
    }
    return loweredBelow(lowest);
  }

  private Stream<RuleTree> next(Step step) {
    return Optional.ofNullable(below.get(step)).stream();
  }
}
