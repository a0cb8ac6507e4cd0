package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.Finding.Code;
import dev.sallyport.sandbox.contract.Finding.Remedy;
import dev.sallyport.sandbox.label.Label;
import dev.sallyport.sandbox.label.Provenance;
import dev.sallyport.sandbox.label.ReaderGroups;
import dev.sallyport.sandbox.label.Readers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules of one contract, held against one call. Not thread-safe. */
final class GateRules {
  private final ToolContract contract;
  private final Provenance provenance;
  private final Label turn;
  private final Set<String> effects;
  private final ReaderGroups groups;
  private final Readers audience;
  private final List<Finding> asks = new ArrayList<>();
  private final List<Finding> refusals = new ArrayList<>();

  GateRules(
      ToolContract contract,
      Provenance provenance,
      JsonNode resolved,
      Label turn,
      Set<String> effects,
      ReaderGroups groups) {
    this.contract = contract;
    this.provenance = provenance;
    this.turn = turn;
    this.effects = effects;
    this.groups = groups;
    this.audience = Audience.of(contract, resolved);
  }

  Judgement judgement() {
    checkArguments();
    checkInfluence();
    checkEffects();
    if (!refusals.isEmpty()) {
      refusals.addAll(asks);
      return new Judgement.Refuse(refusals);
    }
    return asks.isEmpty() ? new Judgement.Pass() : new Judgement.Ask(asks);
  }

  private void checkArguments() {
    contract
        .arguments()
        .byPath()
        .forEach((path, rule) -> {
          for (var leaf : provenance.leaves()) {
            if (path.holds(leaf.pointer())) {
              check(path, rule, leaf);
            }
          }
        });
  }

  private void check(ArgumentPath path, ArgumentRule rule, Provenance.Leaf leaf) {
    var findings =
        switch (rule.otherwise()) {
          case ASK -> asks;
          case DENY -> refusals;
        };
    var at = "/spec/args/" + written(path);
    if (!rule.permits(leaf.label().authority())) {
      findings.add(
          new Finding(
              Code.AUTHORITY_TOO_LOW,
              leaf.pointer(),
              at,
              List.of(
                  Remedy.PASS_REFERENCE,
                  Remedy.USE_TRUSTED_VALUE,
                  Remedy.RELEASE_VALUE,
                  Remedy.ASK_PERSON)));
    }
    if (rule.readersCover() && !groups.cover(leaf.label().readers(), audience)) {
      findings.add(
          new Finding(
              Code.READERS_DO_NOT_COVER,
              leaf.pointer(),
              at,
              List.of(Remedy.NARROW_AUDIENCE, Remedy.ASK_PERSON)));
    }
  }

  /** The path as a part of a pointer: a member of the arguments by its name. */
  private static String written(ArgumentPath path) {
    var pointer = path.pointer();
    return pointer.lastIndexOf('/') == 0 ? pointer.substring(1) : ArgumentPath.escaped(pointer);
  }

  private void checkInfluence() {
    contract
        .maxInfluenceBits()
        .ifPresent(most -> {
          if (turn.influence() > most) {
            asks.add(
                new Finding(
                    Code.INFLUENCE_OVER_CAP,
                    "",
                    "/spec/max_influence_bits",
                    List.of(Remedy.ASK_PERSON, Remedy.BEGIN_NEW_TURN)));
          }
        });
  }

  private void checkEffects() {
    var rules = contract.effects();
    if (!effects.containsAll(rules.requires())) {
      refusals.add(
          new Finding(Code.EFFECT_MISSING, "", "/spec/effects/requires", List.of(Remedy.DO_FIRST)));
    }
    if (rules.forbids().stream().anyMatch(effects::contains)) {
      refusals.add(
          new Finding(
              Code.EFFECT_FORBIDDEN, "", "/spec/effects/forbids", List.of(Remedy.BEGIN_NEW_TURN)));
    }
    if (rules.once().stream().anyMatch(effects::contains)) {
      refusals.add(
          new Finding(
              Code.EFFECT_REPEATED, "", "/spec/effects/once", List.of(Remedy.BEGIN_NEW_TURN)));
    }
  }
}
