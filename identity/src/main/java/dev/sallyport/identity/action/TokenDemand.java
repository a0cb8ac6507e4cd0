package dev.sallyport.identity.action;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.SignIn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an access token must hold for an action, beside whom it names. A proof of another kind has
 * no such things, and nothing is demanded of it. Source: RFC 6750, section 3.1; RFC 9470.
 *
 * @param scopes what it must have been given for; often empty
 * @param acrs the classes of which its user must have proved one to sign in, the best first; empty
 *     if any will do
 * @param maxAge how long ago its user may have signed in; empty if any time will do
 */
public record TokenDemand(SortedSet<String> scopes, List<String> acrs, Optional<Duration> maxAge) {
  /** Demands nothing. */
  public static final TokenDemand NONE =
      new TokenDemand(new TreeSet<>(), List.of(), Optional.empty());

  /** How far ahead the clock of an issuer may be. */
  private static final Duration SKEW = Duration.ofSeconds(30);

  public TokenDemand {
    scopes = Collections.unmodifiableSortedSet(new TreeSet<>(scopes));
    acrs = List.copyOf(acrs);
  }

  /** Demands nothing but scopes. */
  public static TokenDemand ofScopes(Set<String> scopes) {
    return new TokenDemand(new TreeSet<>(scopes), List.of(), Optional.empty());
  }

  /** Whether nothing is demanded. */
  public boolean isNone() {
    return scopes.isEmpty() && acrs.isEmpty() && maxAge.isEmpty();
  }

  /** What is demanded by both. Of classes those that both name, in the order of this. */
  public TokenDemand and(TokenDemand other) {
    var all = new TreeSet<>(scopes);
    all.addAll(other.scopes);
    var both = new ArrayList<>(acrs.isEmpty() ? other.acrs : acrs);
    if (!other.acrs.isEmpty()) {
      both.retainAll(other.acrs);
    }
    var least =
        maxAge
            .map(mine -> other.maxAge.filter(age -> age.compareTo(mine) < 0).orElse(mine))
            .or(other::maxAge);
    return new TokenDemand(all, both, least);
  }

  /**
   * What a principal is refused with whose token does not hold this; empty if it may go on. A user
   * who must sign in anew comes first: with that all scopes can be asked for, too.
   */
  public Optional<RefusalCode> unmet(Principal principal, Instant now) {
    if (principal.method() != AuthenticationMethod.ACCESS_TOKEN) {
      return Optional.empty();
    }
    if (!holds(principal.signIn(), now)) {
      return Optional.of(RefusalCode.INSUFFICIENT_USER_AUTHENTICATION);
    }
    return principal.scopes().containsAll(scopes)
        ? Optional.empty()
        : Optional.of(RefusalCode.INSUFFICIENT_SCOPE);
  }

  private boolean holds(SignIn signIn, Instant now) {
    boolean strong = acrs.isEmpty() || signIn.acr().filter(acrs::contains).isPresent();
    boolean fresh =
        maxAge.isEmpty()
            || signIn
                .at()
                .filter(at -> !at.isAfter(now.plus(SKEW)))
                .filter(at -> !now.isAfter(at.plus(maxAge.get())))
                .isPresent();
    return strong && fresh;
  }

  /** The same for a reader: scopes, classes and ages are words of whoever runs Sallyport. */
  public String text() {
    var parts = new ArrayList<String>();
    if (!scopes.isEmpty()) {
      parts.add("scopes " + String.join(" ", scopes));
    }
    if (!acrs.isEmpty()) {
      parts.add("a sign-in of class " + String.join(" or ", acrs));
    }
    maxAge.ifPresent(age -> parts.add("a sign-in at most " + age.toSeconds() + " seconds ago"));
    return String.join(", ", parts);
  }
}
