package dev.sallyport.identity.testing;

import com.nimbusds.jose.JOSEException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A client that has a key of its own, and any proof of it that a test wants, good or bad.
 *
 * <p>A good one is {@code client.proof("GET", uri, token)}.
 */
public final class DpopClient {
  private final InstantSource clock;
  private final SigningKey key;

  /** A client with a new key. */
  public DpopClient(InstantSource clock) {
    this(clock, SigningKey.ec("client"));
  }

  public DpopClient(InstantSource clock, SigningKey key) {
    this.clock = clock;
    this.key = key;
  }

  public SigningKey key() {
    return key;
  }

  /** What a token that is bound to this client's key says of it. */
  public Map<String, Object> confirmation() {
    try {
      return Map.of("jkt", key.pair().computeThumbprint().toString());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A proof for one request with a token. */
  public String proof(String method, URI uri, String token) {
    return key.sign(header(), claims(method, uri, token));
  }

  /** The headers of a good proof, to be changed at will. */
  public Map<String, Object> header() {
    var header = new LinkedHashMap<String, Object>();
    header.put("typ", "dpop+jwt");
    header.put("alg", key.algorithm().getName());
    header.put("jwk", key.publicJson());
    return header;
  }

  /** The claims of a good proof, to be changed at will. */
  public Map<String, Object> claims(String method, URI uri, String token) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("htm", method);
    claims.put("htu", uri.toString());
    claims.put("iat", clock.instant().getEpochSecond());
    claims.put("ath", digest(token));
    return claims;
  }

  /** The digest of a token, as a proof holds it. */
  public static String digest(String token) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
