package dev.sallyport.vault.google;

import dev.sallyport.vault.egress.EgressClient;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Access tokens of service accounts, each fetched once for all who need it, kept until it ends, and
 * fetched anew {@link #AHEAD} before that while the old one still goes out. Keeps at most {@value
 * #MAX_KEPT}. Thread-safe.
 */
public final class GoogleTokens {
  /** How long before its end a token is fetched anew. */
  static final Duration AHEAD = Duration.ofMinutes(5);

  /** No token goes out with less than this left. */
  static final Duration LAST = Duration.ofSeconds(30);

  /** How long nothing is asked after it failed. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  static final int MAX_KEPT = 256;
  private static final Logger LOG = System.getLogger(GoogleTokens.class.getName());

  private final TokenExchange exchange;
  private final InstantSource clock;
  private final LinkedHashMap<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

  public GoogleTokens(EgressClient egress, InstantSource clock) {
    this.exchange = new TokenExchange(egress, clock);
    this.clock = clock;
  }

  /**
   * A token that holds for {@link #LAST} at least; waits for it if there is none.
   *
   * @param credential whose it is
   * @throws TokenException if none was given, or a moment ago
   */
  public String token(String credential, ServiceAccount account, String scope)
      throws TokenException {
    var key = new Key(credential, account.fingerprint(), scope);
    CompletableFuture<Token> fetching;
    synchronized (kept) {
      var mine = kept.computeIfAbsent(key, _ -> new Kept());
      while (kept.size() > MAX_KEPT) {
        kept.pollFirstEntry();
      }
      var now = clock.instant();
      if (now.isBefore(mine.token.refreshFrom())) {
        return mine.token.value();
      }
      if (mine.fetching.isEmpty() && !now.isBefore(mine.pausedUntil)) {
        mine.fetching = Optional.of(fetch(key, account, mine));
      }
      if (now.isBefore(mine.token.goodUntil())) {
        return mine.token.value();
      }
      fetching = mine.fetching.orElseThrow(() -> new TokenException("none was given just now"));
    }
    return awaited(fetching);
  }

  /** Forgets the tokens of all other credentials. */
  public void retain(Set<String> credentials) {
    synchronized (kept) {
      kept.keySet().removeIf(key -> !credentials.contains(key.credential()));
    }
  }

  private CompletableFuture<Token> fetch(Key key, ServiceAccount account, Kept mine) {
    var fetching = new CompletableFuture<Token>();
    Thread.ofVirtual()
        .name("google-token")
        .start(() -> {
          try {
            var token = exchange.token(account, key.scope());
            synchronized (kept) {
              mine.token = token;
              mine.fetching = Optional.empty();
            }
            fetching.complete(token);
          } catch (TokenException | RuntimeException e) {
            LOG.log(Level.ERROR, "credential {0}: no access token: {1}", key.credential(), e);
            synchronized (kept) {
              mine.pausedUntil = clock.instant().plus(PAUSE);
              mine.fetching = Optional.empty();
            }
            fetching.completeExceptionally(e);
          }
        });
    return fetching;
  }

  private static String awaited(CompletableFuture<Token> fetching) throws TokenException {
    try {
      return fetching.get(2 * TokenExchange.MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS).value();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new TokenException("given up");
    } catch (ExecutionException | TimeoutException _) {
      throw new TokenException("none was given");
    }
  }

  /**
   * A token.
   *
   * @param refreshFrom when the next one is to be fetched
   * @param goodUntil when it no longer goes out
   */
  record Token(String value, Instant refreshFrom, Instant goodUntil) {
    static final Token NONE = new Token("", Instant.MIN, Instant.MIN);

    @Override
    public String toString() {
      return "Token[]";
    }
  }

  private record Key(String credential, String account, String scope) {}

  /** What is known of one token. Guarded by the map that it is in. */
  private static final class Kept {
    private Token token = Token.NONE;
    private Optional<CompletableFuture<Token>> fetching = Optional.empty();
    private Instant pausedUntil = Instant.MIN;
  }
}
