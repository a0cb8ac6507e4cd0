package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Flow;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Remedy;
import dev.sallyport.mcp.Attempts.Wanted;
import dev.sallyport.mcp.Proposals.Standing;
import dev.sallyport.mcp.contract.Contracts;
import dev.sallyport.mcp.registry.RegisteredTool;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.sandbox.contract.Finding;
import dev.sallyport.sandbox.contract.Gate;
import dev.sallyport.sandbox.contract.Judgement;
import dev.sallyport.sandbox.contract.ToolContract;
import dev.sallyport.sandbox.label.Provenance;
import dev.sallyport.sandbox.quarantine.UnknownReferenceException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at what calls carry: by the contract of the tool, by who may see what is held, and by what
 * models have proposed. Thread-safe.
 */
final class FlowGate {
  private static final int MOST_REMEDIES = 16;
  private static final Rule READERS = new Rule("builtin/readers", "builtin", "");
  private static final List<Remedy> ASK_THE_MODEL =
      List.of(
          new Remedy(
              "ask_model",
              "",
              "Ask a model through this gateway in the same turn, and call what it proposes, as it"
                  + " proposes it, once."));

  private final ToolRegistry registry;
  private final Attempts attempts;
  private final Containment containment;
  private final Proposals proposals;

  FlowGate(ToolRegistry registry, Attempts attempts, Containment containment, Proposals proposals) {
    this.registry = registry;
    this.attempts = attempts;
    this.containment = containment;
    this.proposals = proposals;
  }

  /** Looks at a call of a tool before it goes on. */
  Flow.Check of(Caller caller, RegisteredTool tool, ToolCall call) {
    return grant -> {
      if (mustBeProposed(caller, call)) {
        var standing = proposals.standing(caller, tool, call.arguments(), grant);
        if (standing != Standing.PROPOSED) {
          return new Flow.Stopped(grant, standing.code(), ASK_THE_MODEL);
        }
      }
      var effects = isFurtherRound(call) ? EffectsSeen.BUT_ONCE : EffectsSeen.ALL;
      return look(caller, tool.contract(), tool.server().name(), call.arguments(), effects);
    };
  }

  /** Looks at what is sent to a server in a request that is no call of a tool. */
  Flow.Check of(Caller caller, String server, ObjectNode params) {
    return _ -> look(caller, Optional.empty(), server, params, EffectsSeen.ALL);
  }

  /** Looks at a call of a tool that the caller's client runs itself. */
  Flow ofClientTool(Caller caller, String tool, ObjectNode arguments) {
    var contract = Optional.ofNullable(registry.contracts().of(Contracts.CLIENT).get(tool));
    return look(caller, contract, Contracts.CLIENT, arguments, EffectsSeen.ALL);
  }

  /** Which effects count: a further round of a call does not count what its first has done. */
  private enum EffectsSeen {
    ALL,
    BUT_ONCE;

    Set<String> of(ToolContract contract, Set<String> effects) {
      var seen = new TreeSet<>(effects);
      if (this == BUT_ONCE) {
        seen.removeAll(contract.effects().once());
      }
      return seen;
    }
  }

  private Flow look(
      Caller caller,
      Optional<ToolContract> contract,
      String server,
      ObjectNode arguments,
      EffectsSeen seen) {
    if (contract.isEmpty() && !mayRefer(arguments)) {
      return Flow.FREE;
    }
    var quarantine = containment.quarantine();
    var turn = containment.turn(caller, attempts.terms(caller));
    try {
      var provenance = quarantine.provenance(turn, arguments);
      if (contract.isEmpty()) {
        return isForAll(provenance, server) ? Flow.FREE : unlabelled(provenance);
      }
      var resolved = quarantine.resolve(turn, arguments).arguments();
      return flow(
          contract.get(),
          Gate.judge(
              contract.get(),
              provenance,
              resolved,
              quarantine.label(turn),
              seen.of(contract.get(), quarantine.effects(turn)),
              registry.contracts().groups()));
    } catch (UnknownReferenceException _) {
      return Flow.FREE; // nothing is carried: the call ends where its references are looked up
    }
  }

  /**
   * Where nothing is agreed of a tool, its calls reach everyone: it may be given by reference what
   * everyone may see, and what its own server gave.
   */
  private static boolean isForAll(Provenance provenance, String server) {
    return provenance.leaves().stream()
        .filter(leaf -> !leaf.references().isEmpty())
        .map(Provenance.Leaf::label)
        .allMatch(label ->
            label.readers().isEveryone()
                || label.writers().stream().allMatch(one -> one.startsWith(server + "/")));
  }

  private static Flow unlabelled(Provenance provenance) {
    var remedies =
        provenance.leaves().stream()
            .filter(leaf -> !leaf.references().isEmpty())
            .filter(leaf -> !leaf.label().readers().isEveryone())
            .map(leaf -> remedy(Finding.Remedy.ASK_PERSON, leaf.pointer()))
            .limit(MOST_REMEDIES)
            .toList();
    return new Flow.Held(READERS, remedies);
  }

  private static Flow flow(ToolContract contract, Judgement judgement) {
    return switch (judgement) {
      case Judgement.Pass _ -> Flow.FREE;
      case Judgement.Ask(var findings) ->
          new Flow.Held(rule(contract, findings), remedies(findings));
      case Judgement.Refuse(var findings) ->
          new Flow.Stopped(
              rule(contract, findings), findings.getFirst().code().word(), remedies(findings));
    };
  }

  private static Rule rule(ToolContract contract, List<Finding> findings) {
    return new Rule(
        Contracts.KIND + "/" + contract.name(), contract.version(), findings.getFirst().rule());
  }

  private static List<Remedy> remedies(List<Finding> findings) {
    return findings.stream()
        .flatMap(
            finding -> finding.remedies().stream().map(remedy -> remedy(remedy, finding.pointer())))
        .distinct()
        .limit(MOST_REMEDIES)
        .toList();
  }

  private static Remedy remedy(Finding.Remedy remedy, String pointer) {
    return new Remedy(remedy.word(), pointer, remedy.text());
  }

  private static boolean mayRefer(JsonNode node) {
    if (node.isTextual()) {
      return node.textValue().contains("{{");
    }
    for (var child : node) {
      if (mayRefer(child)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Lets a call go on that was decided, once: what it brings about has happened from now on.
   *
   * @throws Refusal with FLOW_REFUSED if another call went on meanwhile in its place
   */
  void pass(Permit permit, RegisteredTool tool, ToolCall call) {
    var caller = permit.action().caller();
    if (mustBeProposed(caller, call)) {
      if (!proposals.use(caller, tool, call.arguments())) {
        throw new Refusal(RefusalCode.FLOW_REFUSED).remedies(ASK_THE_MODEL);
      }
      permit.facts().put("proposed", true);
    }
    if (tool.contract().isPresent() && !isFurtherRound(call)) {
      bringAbout(caller, tool.contract().get());
    }
  }

  /**
   * Lets a call of a tool that the caller's client runs go on, as {@link #pass} does.
   *
   * @throws Refusal with FLOW_REFUSED if another call went on meanwhile in its place
   */
  void passClientTool(Caller caller, String tool) {
    Optional.ofNullable(registry.contracts().of(Contracts.CLIENT).get(tool))
        .ifPresent(contract -> bringAbout(caller, contract));
  }

  /** One call at a time, so that what may happen once does. */
  private synchronized void bringAbout(Caller caller, ToolContract contract) {
    var quarantine = containment.quarantine();
    var turn = containment.turn(caller, attempts.terms(caller));
    var once = contract.effects().once();
    if (!Collections.disjoint(once, quarantine.effects(turn))) {
      throw new Refusal(RefusalCode.FLOW_REFUSED)
          .remedies(List.of(remedy(Finding.Remedy.BEGIN_NEW_TURN, "")));
    }
    var happens = new TreeSet<>(contract.effects().emits());
    happens.addAll(once);
    quarantine.happened(turn, happens);
  }

  /** Whether a call of a tool is counted, so that its further rounds may not be repeated. */
  boolean isCounted(Caller caller, RegisteredTool tool) {
    return attempts.terms(caller).callsAsProposed()
        || tool.contract().filter(agreed -> !agreed.effects().once().isEmpty()).isPresent();
  }

  private boolean mustBeProposed(Caller caller, ToolCall call) {
    return attempts.terms(caller).callsAsProposed() && !isFurtherRound(call);
  }

  /**
   * Whether it says that it is one: then it ends where its sealed state is opened, if it is not.
   */
  private static boolean isFurtherRound(ToolCall call) {
    return call.retry().state().isPresent();
  }

  /** Remembers that a model has proposed a call, if its policy grants it. */
  void propose(Wanted wanted, RegisteredTool tool, ObjectNode arguments) {
    attempts
        .grant(wanted)
        .ifPresent(grant -> proposals.add(wanted.caller(), tool, arguments, grant));
  }
}
