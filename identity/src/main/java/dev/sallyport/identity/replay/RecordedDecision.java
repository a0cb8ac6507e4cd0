package dev.sallyport.identity.replay;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.turn.TurnId;
import java.time.Instant;
import java.util.Optional;

/**
 * One decision as evidence holds it.
 *
 * @param callId the attempt that it was made for
 * @param at when it was recorded
 * @param turn in which it was made
 * @param principal who acted, as far as a policy can know
 * @param circumstances empty in records that are older than these
 * @param effect what the policies said; empty if it was not policies that decided
 * @param by the rule that decided; empty where nothing granted
 * @param reason why it was denied; empty if it was not
 * @param shadow what rules that are only tried would have decided
 */
public record RecordedDecision(
    String callId,
    Instant at,
    TurnId turn,
    Principal principal,
    Target target,
    RecordedArguments arguments,
    Optional<Circumstances> circumstances,
    Optional<Effect> effect,
    Optional<Rule> by,
    String reason,
    Optional<ShadowEffect> shadow) {

  /** What rules that are only tried would have decided, and which of them. */
  public record ShadowEffect(String decision, Optional<Rule> rule) {}
}
