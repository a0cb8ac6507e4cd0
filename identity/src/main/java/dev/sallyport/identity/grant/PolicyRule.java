package dev.sallyport.identity.grant;

import dev.sallyport.identity.condition.Condition;
import dev.sallyport.identity.grant.Considered.Says;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * One thing that a policy says of an action.
 *
 * @param pointer to the words of the policy that say it
 * @param condition what must be so for it to hold
 * @param shadow whether it decides nothing and is only told of
 * @param life how long what it has a person approve may wait for that
 * @param perMinute the most calls in any minute, where it says that
 * @param perTurn the most calls in a turn, where it says that
 */
record PolicyRule(
    Says says,
    String pointer,
    Condition condition,
    boolean shadow,
    Duration life,
    OptionalInt perMinute,
    OptionalInt perTurn) {

  /** The same at another place. */
  PolicyRule at(String place) {
    return new PolicyRule(says, place, condition, shadow, life, perMinute, perTurn);
  }

  /** The same with another time to wait. */
  PolicyRule lasting(Duration other) {
    return new PolicyRule(says, pointer, condition, shadow, other, perMinute, perTurn);
  }

  /** Whether it holds whatever the call is. */
  boolean isUnconditional() {
    return condition.equals(Condition.ALWAYS);
  }
}
