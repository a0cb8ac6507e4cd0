package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Limit;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.condition.Condition;
import dev.sallyport.identity.grant.Considered.Says;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One thing that a policy says of an action.
 *
 * @param by the policy, and the place of the words that say it
 * @param condition what must be so for it to hold
 * @param shadow whether it decides nothing and is only told of
 * @param life how long what it has a person approve may wait for that
 * @param limit how often it may be done, where it says that
 */
record PolicyRule(
    Says says, Rule by, Condition condition, boolean shadow, Duration life, Optional<Limit> limit) {

  /** One that bounds nothing, of a policy. */
  static PolicyRule of(Rule policy, Says says, Condition condition, boolean shadow) {
    return new PolicyRule(
        says, policy, condition, shadow, Decision.Held.DEFAULT_LIFE, Optional.empty());
  }

  /** The same at another place of its policy. */
  PolicyRule at(String place) {
    return new PolicyRule(says, by.at(place), condition, shadow, life, limit);
  }

  /** The same with another time to wait. */
  PolicyRule lasting(Duration other) {
    return new PolicyRule(says, by, condition, shadow, other, limit);
  }

  /** The same with a bound. */
  PolicyRule bounding(OptionalInt perMinute, OptionalInt perTurn) {
    return new PolicyRule(
        says, by, condition, shadow, life, Optional.of(new Limit(by, perMinute, perTurn)));
  }

  /** The place of the words that say it. */
  String pointer() {
    return by.rule();
  }

  /** Whether it holds whatever the call is. */
  boolean isUnconditional() {
    return condition.equals(Condition.ALWAYS);
  }
}
