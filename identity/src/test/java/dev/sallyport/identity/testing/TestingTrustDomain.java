package dev.sallyport.identity.testing;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A SPIFFE trust domain: its keys, its bundle, and any JWT-SVID that a test wants, good or bad.
 *
 * <p>A good one is {@code domain.svid("/agent/ci", "audience")}.
 */
public final class TestingTrustDomain {
  /** The name of the first key. */
  public static final String FIRST_KEY = "key-1";

  private final String name;
  private final InstantSource clock;
  private final List<SigningKey> keys = new ArrayList<>();

  /** A domain with one key, living by the real time. */
  public TestingTrustDomain(String name) {
    this(name, InstantSource.system());
  }

  /** A domain with one key, living by the given time. */
  public TestingTrustDomain(String name, InstantSource clock) {
    this.name = name;
    this.clock = clock;
    keys.add(SigningKey.ec(FIRST_KEY));
  }

  public String name() {
    return name;
  }

  /** The key that signs: the one added last. */
  public SigningKey key() {
    return keys.getLast();
  }

  /** Takes a further key into the bundle; from now on it signs. */
  public void add(SigningKey key) {
    keys.add(key);
  }

  /** Takes a key out of the bundle. */
  public void remove(String kid) {
    keys.removeIf(key -> key.kid().equals(kid));
  }

  /** The SPIFFE ID of a path, such as {@code /agent/ci}. */
  public String id(String path) {
    return "spiffe://" + name + path;
  }

  /** The bundle, a JWKS document with every key. */
  public String bundle() {
    var published =
        keys.stream()
            .map(key -> {
              var json = new LinkedHashMap<String, Object>(key.publicJson());
              json.put("use", "jwt-svid");
              return json;
            })
            .toList();
    return SigningKey.json(Map.of("keys", published));
  }

  /** A JWT-SVID that holds for five minutes. */
  public String svid(String path, String audience) {
    return svid(header(), claims(path, audience));
  }

  /** A token of any headers and claims, signed by this domain. */
  public String svid(Map<String, ?> header, Map<String, ?> claims) {
    return key().sign(header, claims);
  }

  /** The headers of a good JWT-SVID, to be changed at will. */
  public Map<String, Object> header() {
    var header = new LinkedHashMap<String, Object>();
    header.put("alg", key().algorithm().getName());
    header.put("kid", key().kid());
    header.put("typ", "JWT");
    return header;
  }

  /** The claims of a good JWT-SVID, to be changed at will. */
  public Map<String, Object> claims(String path, String audience) {
    var now = clock.instant();
    var claims = new LinkedHashMap<String, Object>();
    claims.put("sub", id(path));
    claims.put("aud", List.of(audience));
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(Duration.ofMinutes(5)).getEpochSecond());
    return claims;
  }
}
