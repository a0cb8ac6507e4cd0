package dev.sallyport.identity;

import java.util.Optional;

/**
 * Whose something is that is kept between two requests, such as a turn, a session or a held call.
 * What an agent has on behalf of one user is not its own, and not another user's.
 *
 * @param agent the principal that acts
 * @param user on whose behalf it does; empty if on its own
 */
public record Owner(PrincipalId agent, Optional<PrincipalId> user) {
  /** Between two ids, which hold no space. */
  private static final String FOR = " for ";

  /** A principal that acts on its own. */
  public static Owner alone(PrincipalId agent) {
    return new Owner(agent, Optional.empty());
  }

  /**
   * Reads the text of an owner.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Owner parse(String text) {
    int end = text.indexOf(FOR);
    return end < 0
        ? alone(new PrincipalId(text))
        : new Owner(
            new PrincipalId(text.substring(0, end)),
            Optional.of(new PrincipalId(text.substring(end + FOR.length()))));
  }

  /** Whether it is this principal that acts, or on whose behalf it is done. */
  public boolean involves(PrincipalId someone) {
    return agent.equals(someone) || user.filter(someone::equals).isPresent();
  }

  /** The id of the agent, with the user's where there is one. No two owners have the same text. */
  public String text() {
    return user.map(id -> agent.value() + FOR + id.value()).orElse(agent.value());
  }

  @Override
  public String toString() {
    return text();
  }
}
