package dev.sallyport.identity.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Public keys by name, as a JWKS document gives them. Immutable. Source: RFC 7517.
 *
 * @param byId every key has a name
 */
public record KeySet(Map<String, PublicKey> byId) {
  /** The longest document that is read, in bytes. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "k");
  private static final List<String> SPIFFE_MEMBERS =
      List.of("spiffe_sequence", "spiffe_refresh_hint");

  public KeySet {
    byId = Map.copyOf(byId);
  }

  /** The key of this name. */
  public Optional<PublicKey> find(String kid) {
    return Optional.ofNullable(byId.get(kid));
  }

  /**
   * Reads the keys that sign tokens of an issuer: those without a use, and those for signatures.
   *
   * @throws IllegalArgumentException if the document is not a JWKS, holds a private or secret key,
   *     or holds no key of use here
   */
  public static KeySet ofIssuer(byte[] document) {
    return read(read(document), use -> use.isEmpty() || use.get().equals("sig"));
  }

  /**
   * Reads the keys that sign JWT-SVIDs. In a SPIFFE bundle those are the ones of the use {@code
   * jwt-svid}; in a plain JWKS, as a Workload API gives out, those without a use too.
   *
   * @throws IllegalArgumentException if the document is not a JWKS, holds a private or secret key,
   *     or holds no key of use here
   */
  public static KeySet ofTrustDomain(byte[] document) {
    var root = read(document);
    var isBundle = isSpiffeBundle(root);
    return read(root, use -> use.map("jwt-svid"::equals).orElse(!isBundle));
  }

  private static ObjectNode read(byte[] document) {
    if (document.length > MAX_BYTES) {
      throw new IllegalArgumentException("a key document has at most " + MAX_BYTES + " bytes");
    }
    try {
      if (MAPPER.readTree(document) instanceof ObjectNode root && root.path("keys").isArray()) {
        return root;
      }
    } catch (IOException _) {
      throw notJwks();
    }
    throw notJwks();
  }

  private static IllegalArgumentException notJwks() {
    return new IllegalArgumentException("must be a JWKS document: an object with a list of keys");
  }

  private static boolean isSpiffeBundle(ObjectNode root) {
    if (SPIFFE_MEMBERS.stream().anyMatch(root::has)) {
      return true;
    }
    for (var key : root.get("keys")) {
      if (key.path("use").asText("").endsWith("-svid")) {
        return true;
      }
    }
    return false;
  }

  private static KeySet read(ObjectNode root, Uses uses) {
    var keys = new HashMap<String, PublicKey>();
    for (var key : root.get("keys")) {
      refusePrivate(key);
      var kid = text(key, "kid").filter(name -> !name.isBlank());
      if (kid.isEmpty() || !uses.include(text(key, "use"))) {
        continue;
      }
      var parsed = publicKey(key);
      if (parsed.isPresent() && keys.put(kid.get(), parsed.get()) != null) {
        throw new IllegalArgumentException("must not name two keys alike: " + kid.get());
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("must hold at least one key of use here, with a kid");
    }
    return new KeySet(keys);
  }

  private static void refusePrivate(JsonNode key) {
    if (PRIVATE_MEMBERS.stream().anyMatch(key::has)) {
      throw new IllegalArgumentException(
          "must hold public keys only: take the private key out, and treat it as lost");
    }
  }

  /** Empty for a key of a kind that is not known here: it is for someone else. */
  private static Optional<PublicKey> publicKey(JsonNode key) {
    try {
      return JWK.parse(key.toString()) instanceof AsymmetricJWK pair
          ? Optional.of(pair.toPublicKey())
          : Optional.empty();
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonNode key, String name) {
    var value = key.get(name);
    return value == null ? Optional.empty() : Optional.of(value.asText());
  }

  @FunctionalInterface
  private interface Uses {
    boolean include(Optional<String> use);
  }
}
