package dev.sallyport.identity.token;

import dev.sallyport.identity.Principal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers for a short while which tokens held, so that a token is not verified anew for every
 * request. Knows tokens by their digest only. Thread-safe; a look takes no lock.
 *
 * <p>All is forgotten when {@link #forget} says that keys changed. What was verified before that
 * and comes in after is forgotten too: that is what the generation is for.
 */
public final class VerifiedTokens {
  /** The most tokens that are remembered. */
  public static final int MAX_TOKENS = 50_000;

  /** The longest time for which a token is remembered. */
  public static final Duration MAX_AGE = Duration.ofSeconds(60);

  private final InstantSource clock;
  private final Recent<Held> recent;
  private final AtomicLong generation = new AtomicLong();

  public VerifiedTokens(InstantSource clock) {
    this(clock, MAX_TOKENS);
  }

  VerifiedTokens(InstantSource clock, int maxTokens) {
    this.clock = clock;
    this.recent = new Recent<>(clock, maxTokens);
  }

  /** The present generation: to be read before a token is verified. */
  public long generation() {
    return generation.get();
  }

  /** Whose a token is, if it held lately. */
  public Optional<Principal> find(Digest token) {
    return recent
        .find(token)
        .filter(held -> held.generation == generation.get())
        .map(Held::principal);
  }

  /**
   * Remembers a token that held.
   *
   * @param verifiedIn the generation as it was before the token was verified
   */
  public void remember(Digest token, Principal principal, long verifiedIn) {
    var latest = clock.instant().plus(MAX_AGE);
    var until = principal.expiresAt().isBefore(latest) ? principal.expiresAt() : latest;
    recent.put(token, new Held(principal, verifiedIn), until);
  }

  /** Forgets every token, such as when keys changed. */
  public void forget() {
    generation.incrementAndGet();
    recent.clear();
  }

  int size() {
    return recent.size();
  }

  private record Held(Principal principal, long generation) {}
}
