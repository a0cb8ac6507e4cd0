package dev.sallyport.identity.token;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
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
import java.util.function.Predicate;

/**
 * Public keys by name, as a JWKS document gives them. Immutable. Source: RFC 7517.
 *
 * @param byId every key has a name
 */
public record KeySet(Map<String, PublicKey> byId) {
  /** The longest document that is read, in bytes. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "k");

  public KeySet {
    byId = Map.copyOf(byId);
  }

  /** The key of this name. */
  public Optional<PublicKey> find(String kid) {
    return Optional.ofNullable(byId.get(kid));
  }

  public boolean isEmpty() {
    return byId.isEmpty();
  }

  /**
   * Reads the keys that sign tokens of an issuer: those without a use, and those for signatures.
   * None is an answer too: the issuer has taken all of them back.
   *
   * @throws IllegalArgumentException if the document is not a JWKS, or holds a private or secret
   *     key
   */
  public static KeySet ofIssuer(byte[] document) {
    return select(document(document), use -> use.isEmpty() || use.get().equals("sig"));
  }

  /**
   * These keys, where an administrator gives them at first: nobody means to give none.
   *
   * @throws IllegalArgumentException if there is none
   */
  public KeySet requireAny() {
    if (isEmpty()) {
      throw new IllegalArgumentException(
          "must hold at least one public key with a kid, and with the use sig or none");
    }
    return this;
  }

  /**
   * Reads a JWKS document, and no key of it yet.
   *
   * @throws IllegalArgumentException if it is not a JWKS, or holds a private or secret key
   */
  public static ObjectNode document(byte[] document) {
    if (document.length > MAX_BYTES) {
      throw new IllegalArgumentException("a key document has at most " + MAX_BYTES + " bytes");
    }
    try {
      if (MAPPER.readTree(document) instanceof ObjectNode root && root.path("keys").isArray()) {
        root.get("keys").forEach(KeySet::refusePrivate);
        return root;
      }
    } catch (IOException _) {
      throw notJwks();
    }
    throw notJwks();
  }

  /**
   * The keys of a document that have a name and a use that is wanted; none if there is none. Keys
   * of a kind that is not known here are passed over.
   *
   * @param wanted says of a use, or of none, whether it is wanted
   * @throws IllegalArgumentException if two of them have one name
   */
  public static KeySet select(ObjectNode document, Predicate<Optional<String>> wanted) {
    var keys = new HashMap<String, PublicKey>();
    for (var key : document.path("keys")) {
      var kid = text(key, "kid").filter(name -> !name.isBlank());
      if (kid.isEmpty() || !wanted.test(text(key, "use"))) {
        continue;
      }
      var parsed = publicKey(key);
      if (parsed.isPresent() && keys.put(kid.get(), parsed.get()) != null) {
        throw new IllegalArgumentException("must not name two keys alike: " + kid.get());
      }
    }
    return new KeySet(keys);
  }

  private static IllegalArgumentException notJwks() {
    return new IllegalArgumentException("must be a JWKS document: an object with a list of keys");
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
}
