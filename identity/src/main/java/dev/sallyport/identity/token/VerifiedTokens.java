package dev.sallyport.identity.token;

import dev.sallyport.identity.Principal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
  private final int maxTokens;
  private final Map<Digest, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong generation = new AtomicLong();

  public VerifiedTokens(InstantSource clock) {
    this(clock, MAX_TOKENS);
  }

  VerifiedTokens(InstantSource clock, int maxTokens) {
    this.clock = clock;
    this.maxTokens = maxTokens;
  }

  /** The present generation: to be read before a token is verified. */
  public long generation() {
    return generation.get();
  }

  /** The digest by which a token is known. */
  public static Digest digest(String token) {
    return digest(token.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest by which a proof that is no text is known, such as a certificate. */
  public static Digest digest(byte[] proof) {
    try {
      var bytes = MessageDigest.getInstance("SHA-256").digest(proof);
      var parts = ByteBuffer.wrap(bytes).asLongBuffer();
      return new Digest(parts.get(), parts.get(), parts.get(), parts.get());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whose a token is, if it held lately. */
  public Optional<Principal> find(Digest token) {
    var entry = entries.get(token);
    if (entry == null
        || entry.generation != generation.get()
        || !clock.instant().isBefore(entry.until)) {
      return Optional.empty();
    }
    return Optional.of(entry.principal);
  }

  /**
   * Remembers a token that held.
   *
   * @param verifiedIn the generation as it was before the token was verified
   */
  public void remember(Digest token, Principal principal, long verifiedIn) {
    var now = clock.instant();
    var latest = now.plus(MAX_AGE);
    var until = principal.expiresAt().isBefore(latest) ? principal.expiresAt() : latest;
    if (!now.isBefore(until)) {
      return;
    }
    if (entries.size() >= maxTokens) {
      makeRoom(now);
    }
    entries.put(token, new Entry(principal, until, verifiedIn));
  }

  /** Forgets every token, such as when keys changed. */
  public void forget() {
    generation.incrementAndGet();
    entries.clear();
  }

  int size() {
    return entries.size();
  }

  private void makeRoom(Instant now) {
    entries.values().removeIf(entry -> !now.isBefore(entry.until));
    if (entries.size() >= maxTokens) {
      entries.clear();
    }
  }

  /** A SHA-256 digest, in four parts. */
  public record Digest(long first, long second, long third, long fourth) {}

  private record Entry(Principal principal, Instant until, long generation) {}
}
