package dev.sallyport.identity.grant;

import java.time.Duration;

/** What a policy says of an action. */
sealed interface Ruling {
  /**
   * The policy grants it.
   *
   * @param rule a pointer to the words of the policy that do
   */
  record Granted(String rule) implements Ruling {}

  /**
   * The policy grants it once a person has approved it.
   *
   * @param rule a pointer to the words of the policy that want that
   * @param life how long it may wait for that
   */
  record Held(String rule, Duration life) implements Ruling {}

  /**
   * The policy denies it.
   *
   * @param rule a pointer to the words of the policy that do
   */
  record Denied(String rule) implements Ruling {}

  /**
   * The policy does not speak of it.
   *
   * @param reason a stable code for evidence
   */
  record NotGranted(String reason) implements Ruling {}
}
