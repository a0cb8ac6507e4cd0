package dev.sallyport.identity.key;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.TokenVerifier;
import dev.sallyport.identity.key.KeyStore.StoredKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Verifies keys against the resources of one moment. Thread-safe.
 *
 * <p>The digests are read once, all at the first need, so that no number of wrong keys makes a
 * query. A change of the resources makes another verifier.
 */
public final class KeyVerifier implements TokenVerifier {
  private static final Logger LOG = System.getLogger(KeyVerifier.class.getName());
  private static final String PREFIX = "spk_";
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KeyStore store;
  private final Map<String, KeyHolder> holders;
  private final InstantSource clock;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile Optional<Keys> loaded = Optional.empty();

  /** When the digests could not be read last. Guarded by the lock. */
  private Optional<Instant> failedAt = Optional.empty();

  /**
   * A verifier of some keys.
   *
   * @param holders by the name of the key's resource
   */
  public KeyVerifier(KeyStore store, Map<String, KeyHolder> holders, InstantSource clock) {
    this.store = store;
    this.holders = Map.copyOf(holders);
    this.clock = clock;
  }

  /** Whether a token is a key, by its form. */
  public static boolean takes(String token) {
    return token.startsWith(PREFIX);
  }

  @Override
  public Optional<Authentication> verify(String token) {
    if (!takes(token)) {
      return Optional.empty();
    }
    return Optional.of(
        KeyText.parse(token).map(this::check).orElseGet(() -> rejected("malformed")));
  }

  /** Whose a key is that holds, where the digests are known already. */
  @Override
  public Optional<Principal> recall(String token) {
    return loaded
        .flatMap(keys -> KeyText.parse(token).map(key -> check(key, keys)))
        .flatMap(answer ->
            answer instanceof Authenticated(Principal holder)
                ? Optional.of(holder)
                : Optional.empty());
  }

  /**
   * The id of the key that a resource has now; empty if it has none, or that cannot be said now.
   */
  public Optional<String> idOf(String name) {
    return keys().flatMap(keys -> Optional.ofNullable(keys.idByName.get(name)));
  }

  private Authentication check(KeyText key) {
    return keys().map(keys -> check(key, keys)).orElseGet(() -> new Unavailable(RETRY));
  }

  private Authentication check(KeyText key, Keys keys) {
    var stored = keys.byId.get(key.id());
    if (stored == null || !isSame(key.digest(), stored.digest())) {
      return rejected("unknown_virtual_key");
    }
    var holder = holders.get(stored.name());
    if (holder == null) {
      return rejected("unknown_virtual_key");
    }
    if (holder.disabled()) {
      return rejected("disabled");
    }
    if (!clock.instant().isBefore(holder.expiresAt())) {
      return rejected("expired");
    }
    return new Authenticated(
        new Principal(
            holder.id(), AuthenticationMethod.VIRTUAL_KEY, stored.name(), holder.expiresAt()));
  }

  /** The digests by the ids of their keys; empty if they cannot be read now. */
  private Optional<Keys> keys() {
    return loaded.isPresent() ? loaded : load();
  }

  /** Whoever waits here while the store fails does not wait for it once more. */
  private Optional<Keys> load() {
    loading.lock();
    try {
      if (loaded.isEmpty() && !failedLately()) {
        loaded = Optional.of(Keys.of(store.load()));
      }
    } catch (SQLException e) {
      failedAt = Optional.of(clock.instant());
      LOG.log(Level.WARNING, "the digests of the keys cannot be read", e);
    } finally {
      loading.unlock();
    }
    return loaded;
  }

  private boolean failedLately() {
    var now = clock.instant();
    return failedAt
        .filter(last -> Duration.between(last, now).abs().compareTo(RETRY) < 0)
        .isPresent();
  }

  private static boolean isSame(String digest, String other) {
    return MessageDigest.isEqual(
        digest.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }

  private static Rejected rejected(String reason) {
    return new Rejected(reason);
  }

  /** All keys of one moment. */
  private record Keys(Map<String, StoredKey> byId, Map<String, String> idByName) {
    private static Keys of(Map<String, StoredKey> byId) {
      var ids = new HashMap<String, String>();
      byId.forEach((id, key) -> ids.put(key.name(), id));
      return new Keys(byId, ids);
    }
  }
}
