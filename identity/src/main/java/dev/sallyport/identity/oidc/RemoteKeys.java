package dev.sallyport.identity.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keys that an issuer publishes at an address.
 *
 * <p>They are fetched ahead of need, off any request; a key that is not among them makes them be
 * fetched again, at most twice in five seconds however many ask. Keys that were had serve for one
 * more hour where the issuer cannot be reached.
 */
public final class RemoteKeys implements IssuerKeys {
  private static final Logger LOG = System.getLogger(RemoteKeys.class.getName());
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final Duration AHEAD = Duration.ofSeconds(60);
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration OUTAGE = Duration.ofHours(1);
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

  private final JWKSource<SecurityContext> source;

  /**
   * Keys at an address, not fetched before the start.
   *
   * @throws IllegalArgumentException unless it is https, or http on this machine
   */
  public RemoteKeys(String jwksUri) {
    URI uri;
    try {
      uri = new URI(jwksUri);
      check(uri);
      source =
          JWKSourceBuilder.<SecurityContext>create(uri.toURL(), new NoRedirectRetriever())
              .cache(LIFE.toMillis(), WAIT.toMillis())
              .refreshAheadCache(AHEAD.toMillis(), true)
              .rateLimited(INTERVAL.toMillis())
              .outageTolerant(OUTAGE.toMillis())
              .build();
    } catch (URISyntaxException | MalformedURLException e) {
      throw new IllegalArgumentException("jwksUri must be a URL: " + jwksUri, e);
    }
  }

  private static void check(URI uri) {
    var isHttps = "https".equals(uri.getScheme());
    var isLocal =
        "http".equals(uri.getScheme())
            && uri.getHost() != null
            && LOOPBACK.matcher(uri.getHost()).matches();
    if (uri.getHost() == null || uri.getRawUserInfo() != null || !(isHttps || isLocal)) {
      throw new IllegalArgumentException(
          "jwksUri must be https, or http on this machine, without a user: " + uri);
    }
  }

  @Override
  public Optional<PublicKey> find(String kid) throws KeysUnavailableException {
    try {
      return source.get(new JWKSelector(new JWKMatcher.Builder().keyID(kid).build()), null).stream()
          .filter(key -> key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
          .flatMap(key -> publicKey(key).stream())
          .findFirst();
    } catch (KeySourceException e) {
      throw new KeysUnavailableException(e);
    }
  }

  @Override
  public void listen(Runnable changed) {}

  @Override
  public void start() {
    Thread.ofVirtual().name("issuer-keys").start(this::fetch);
  }

  @Override
  public void tick() {}

  @Override
  public void close() {
    if (source instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "an issuer's keys did not close in order", e);
      }
    }
  }

  private void fetch() {
    try {
      var any = source.get(new JWKSelector(new JWKMatcher.Builder().build()), null);
      LOG.log(Level.DEBUG, "an issuer publishes {0} keys", any.size());
    } catch (KeySourceException e) {
      LOG.log(Level.WARNING, "an issuer''s keys cannot be had yet: {0}", e.getMessage());
    }
  }

  private static Optional<PublicKey> publicKey(JWK key) {
    try {
      return key instanceof AsymmetricJWK pair ? Optional.of(pair.toPublicKey()) : Optional.empty();
    } catch (JOSEException _) {
      return Optional.empty();
    }
  }
}
