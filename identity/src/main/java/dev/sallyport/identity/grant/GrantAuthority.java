package dev.sallyport.identity.grant;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Sight;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnEndListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Decides by the policies in force, which change all at once: a decision sees one set of them.
 *
 * <p>Whatever no policy and no rule that is built in grants is denied. A tool or model that is not
 * granted is answered like one that does not exist; the reason for evidence says which it was.
 */
public final class GrantAuthority implements Authority, TurnEndListener {
  private static final Logger LOG = System.getLogger(GrantAuthority.class.getName());

  private final BuiltInRules builtIn;
  private final TurnFacts turns;
  private final InstantSource clock;
  private final CallCounts counts = new CallCounts();
  private volatile PolicySet policies = PolicySet.empty();

  /**
   * An authority that grants nothing yet.
   *
   * @param quarantineModel the alias of the one model that Sallyport asks about quarantined content
   */
  public GrantAuthority(Optional<String> quarantineModel, TurnFacts turns, InstantSource clock) {
    this(quarantineModel, Approvers.NONE, turns, clock);
  }

  /**
   * The same, where persons decide held calls.
   *
   * @param approvers those who do, beside administrators
   */
  public GrantAuthority(
      Optional<String> quarantineModel, Approvers approvers, TurnFacts turns, InstantSource clock) {
    this.builtIn = new BuiltInRules(quarantineModel, approvers);
    this.turns = turns;
    this.clock = clock;
  }

  /** Puts policies in force in place of all before, for every decision that begins after this. */
  public void use(PolicySet newPolicies) {
    policies = newPolicies;
    counts.keep(newPolicies.names(), now());
  }

  /** The policies in force. */
  public PolicySet policies() {
    return policies;
  }

  @Override
  public Decision decide(Action action) {
    try {
      return bounded(action, decide(policies, action, () -> circumstances(action.caller())));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a decision failed", e);
      return denied(Deliberation.unknown(action.target()), "error");
    }
  }

  /** Decides an action as it would be decided in some circumstances. */
  public Decision decide(Action action, Circumstances circumstances) {
    return decide(policies, action, () -> circumstances);
  }

  @Override
  public Optional<Decision.Rule> grant(Action action) {
    var caller = action.caller();
    if (!mayActIn(caller.turn(), caller.principal())) {
      return Optional.empty();
    }
    try {
      var inquiry =
          new Inquiry(
              caller.principal(), action.target(), action.arguments(), circumstances(caller));
      return switch (policies.decideByPolicies(inquiry)) {
        case Decision.Allowed allowed -> Optional.of(allowed.by());
        case Decision.Held held -> Optional.of(held.by());
        case Decision.Denied _ -> Optional.empty();
      };
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a decision failed", e);
      return Optional.empty();
    }
  }

  /** By the policies of now, in the circumstances in which it began: it has not begun again. */
  @Override
  public boolean stillAllows(Action action, Decision.Allowed before) {
    var decision =
        before
            .grounds()
            .circumstances()
            .map(then ->
                decide(
                    action,
                    new Circumstances(clock.instant(), then.source(), then.label(), then.calls())))
            .orElseGet(() -> decide(policies, action, () -> circumstances(action.caller())));
    return !(decision instanceof Decision.Denied);
  }

  private Circumstances circumstances(Caller caller) {
    var turn = caller.turn();
    return new Circumstances(
        clock.instant(),
        caller.source(),
        turns.label(caller, terms(caller.principal())),
        counts.of(turn.id()));
  }

  private Decision decide(PolicySet set, Action action, Supplier<Circumstances> circumstances) {
    var principal = action.caller().principal();
    var turn = action.caller().turn();
    if (action.target() instanceof Target.Model model && builtIn.mayAskModel(principal, model)) {
      return builtIn.quarantineModel(model, set.budgets(turn.owner()));
    }
    if (!mayActIn(turn, principal)) {
      return denied(RefusalCode.UNKNOWN_TURN, "turn_of_another");
    }
    if (action.target() instanceof Target.Administration change
        && builtIn.mayDecideCall(principal, change)) {
      return builtIn.decidingCall(change);
    }
    return BuiltInRules.decide(principal, action.target())
        .orElseGet(() ->
            set.decide(
                new Inquiry(principal, action.target(), action.arguments(), circumstances.get())));
  }

  /** What is granted is denied while a limit is reached. Nothing is counted yet. */
  private Decision bounded(Action action, Decision decision) {
    var limits = decision.grounds().limits();
    if (limits.isEmpty()) {
      return decision;
    }
    return counts
        .reached(action.caller().turn().id(), limits, now())
        .<Decision>map(reached -> limited(reached, decision.grounds()))
        .orElse(decision);
  }

  @Override
  public Optional<Decision.Denied> admit(Action action, Decision decision, Instant at) {
    return counts
        .begin(action.caller().turn().id(), decision.grounds().limits(), nanos(at))
        .map(reached -> limited(reached, decision.grounds()));
  }

  @Override
  public void takeBack(Action action, Decision decision, Instant at) {
    counts.takeBack(action.caller().turn().id(), decision.grounds().limits(), nanos(at));
  }

  private static Decision.Denied limited(CallCounts.Reached reached, Decision.Grounds grounds) {
    return new Decision.Denied(
        RefusalCode.RATE_LIMITED,
        reached.delay().isPresent() ? "per_minute_reached" : "max_calls_reached",
        Optional.of(reached.limit().by()),
        List.of(),
        reached.delay(),
        grounds);
  }

  private long now() {
    return nanos(clock.instant());
  }

  private static long nanos(Instant at) {
    return TimeUnit.MILLISECONDS.toNanos(at.toEpochMilli());
  }

  @Override
  public void ended(Turn turn) {
    counts.ended(turn.id());
  }

  @Override
  public boolean visible(Principal principal, Target target) {
    try {
      return policies.isVisible(principal, target);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a decision failed", e);
      return false;
    }
  }

  @Override
  public boolean mayKnow(Principal principal, String server) {
    try {
      return policies.mayKnow(principal, server);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a decision failed", e);
      return false;
    }
  }

  @Override
  public Sight sight(Principal principal) {
    var set = policies;
    var own = set.policyOf(principal.id());
    if (own.isEmpty()) {
      return new Sight(set, set);
    }
    return principal
        .delegation()
        .map(delegation ->
            set.userPolicyOf(delegation.user())
                .map(users -> new Sight(set, own.get(), users))
                .orElseGet(() -> new Sight(set, set)))
        .orElseGet(() -> new Sight(set, own.get()));
  }

  @Override
  public AgentTerms terms(Principal principal) {
    return policies.policyOf(principal.id()).map(AgentPolicy::terms).orElse(AgentTerms.STRICT);
  }

  @Override
  public boolean searchesTools(Principal principal) {
    return policies.policyOf(principal.id()).filter(AgentPolicy::searchesTools).isPresent();
  }

  /** Parts of Sallyport act in the turns of those whom they serve. */
  private static boolean mayActIn(Turn turn, Principal principal) {
    return principal.method() == AuthenticationMethod.INTERNAL
        || turn.owner().equals(principal.owner());
  }

  private static Decision denied(RefusalCode refusal, String reason) {
    return new Decision.Denied(refusal, reason, Optional.empty());
  }
}
