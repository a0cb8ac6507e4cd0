package dev.sallyport.vault.google;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.vault.egress.EgressRequest;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The key of a service account of Google.
 *
 * @param email the account's name
 * @param keyId which of its keys; empty if the file does not say
 * @param keyDigits the private key in base64, without line ends
 * @param tokenUri where it is exchanged for access tokens
 */
public record ServiceAccount(String email, Optional<String> keyId, String keyDigits, URI tokenUri) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final Pattern TRAILING_DOTS = Pattern.compile("\\.+$");
  private static final int MAX_EMAIL = 256;

  public ServiceAccount {
    if (email.isEmpty() || email.length() > MAX_EMAIL) {
      throw new IllegalArgumentException("client_email must name the service account");
    }
    EgressRequest.check(tokenUri);
    boolean safe =
        "https".equalsIgnoreCase(tokenUri.getScheme()) || LOOPBACK.contains(tokenUri.getHost());
    if (!safe) {
      throw new IllegalArgumentException("token_uri must begin with https://");
    }
  }

  /**
   * Reads a credential's value: the JSON object that Google gives out.
   *
   * @return empty if the value is no object, and so an access token
   * @throws IllegalArgumentException if it is an object and no such key; the message holds nothing
   *     of the value
   */
  public static Optional<ServiceAccount> read(String value) {
    if (!value.startsWith("{")) {
      return Optional.empty();
    }
    JsonNode object;
    try {
      object = JSON.readTree(value);
    } catch (JsonProcessingException _) {
      throw new IllegalArgumentException("the service account's key is not JSON");
    }
    URI tokenUri;
    try {
      tokenUri = URI.create(object.path("token_uri").asText(""));
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("token_uri must be an address");
    }
    var account =
        new ServiceAccount(
            object.path("client_email").asText(""),
            Optional.ofNullable(object.path("private_key_id").textValue()),
            digits(object.path("private_key").asText("")),
            tokenUri);
    var _ = account.key();
    return Optional.of(account);
  }

  private static String digits(String pem) {
    var text = pem.strip();
    if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
      throw new IllegalArgumentException("private_key must be a PKCS #8 key in PEM");
    }
    return text.substring(BEGIN.length(), text.length() - END.length()).replaceAll("\\s", "");
  }

  /** A token without the dots that Google may fill it up with, by which it is found again. */
  public static String distinct(String token) {
    return TRAILING_DOTS.matcher(token).replaceFirst("");
  }

  /** Which account and key this is, without the key. */
  String fingerprint() {
    return Sha256.hex(email + "\n" + tokenUri + "\n" + keyDigits);
  }

  /** The private key. */
  PrivateKey key() {
    try {
      var der = Base64.getDecoder().decode(keyDigits);
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw new IllegalArgumentException("private_key must be an RSA key");
    }
  }

  @Override
  public String toString() {
    return "ServiceAccount[" + email + "]";
  }
}
