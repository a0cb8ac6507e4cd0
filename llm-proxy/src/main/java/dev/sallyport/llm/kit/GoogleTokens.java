package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Google's exchange of a service account's key for tokens. Source: Google, "Using OAuth 2.0 for
 * Server to Server Applications".
 */
final class GoogleTokens {
  private static final String PATH = "/token";
  private static final String EMAIL = "fake@fake-project.iam.gserviceaccount.com";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final long LIFETIME_SECONDS = 3_600;
  private static final long SKEW_SECONDS = 60;
  private static final int KEY_BITS = 2_048;
  private static final String PREFIX = "ya29.";

  private final URI place;
  private final InstantSource clock;
  private final Seals seals = new Seals("google-token");

  GoogleTokens(URI root, InstantSource clock) {
    this.place = root.resolve(PATH);
    this.clock = clock;
  }

  /** The key of every account, made when it is first needed, since that takes a while. */
  private static final class Account {
    private static final KeyPair KEYS = make();

    private static KeyPair make() {
      try {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        return generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JVM has no RSA", e);
      }
    }
  }

  /** The file of the service account that can get tokens here. */
  String account() {
    var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    var pem =
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
            .formatted(encoder.encodeToString(Account.KEYS.getPrivate().getEncoded()));
    return Pieces.json(
        Trees.object()
            .put("type", "service_account")
            .put("project_id", "fake-project")
            .put("private_key_id", "fake")
            .put("private_key", pem)
            .put("client_email", EMAIL)
            .put("token_uri", place.toString()));
  }

  /** Whether a token was given by an exchange, and is still good. */
  boolean issued(String token) {
    return token.startsWith(PREFIX)
        && seals
            .open(token.substring(PREFIX.length()))
            .filter(end -> clock.instant().getEpochSecond() < Long.parseLong(end))
            .isPresent();
  }

  boolean isFor(Received request) {
    return request.method().equals("POST") && request.route().equals(PATH);
  }

  /** Answers an exchange. */
  Script exchange(Received request) {
    try {
      var form = form(new String(request.body(), StandardCharsets.UTF_8));
      require(
          request.header("content-type").startsWith("application/x-www-form-urlencoded"),
          "content type");
      require(form.getOrDefault("grant_type", "").equals(GRANT), "unsupported_grant_type");
      verify(form.getOrDefault("assertion", ""));
      long end = clock.instant().getEpochSecond() + LIFETIME_SECONDS;
      return Script.json(
          200,
          Pieces.json(
              Trees.object()
                  .put("access_token", PREFIX + seals.close(Long.toString(end)))
                  .put("expires_in", LIFETIME_SECONDS)
                  .put("token_type", "Bearer")));
    } catch (Objection objection) {
      return Script.json(
          400,
          Pieces.json(
              Trees.object()
                  .put("error", "invalid_grant")
                  .put("error_description", objection.words())));
    }
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new HashMap<>();
    for (var pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return form;
  }

  private void verify(String assertion) {
    var parts = assertion.split("\\.", -1);
    require(parts.length == 3, "the assertion is not a JWT");
    require(read(parts[0]).path("alg").asText().equals("RS256"), "alg must be RS256");
    var claims = read(parts[1]);
    require(signed(parts[0] + "." + parts[1], parts[2]), "Invalid JWT Signature.");
    require(claims.path("iss").asText().equals(EMAIL), "account not found");
    require(claims.path("aud").asText().equals(place.toString()), "aud must be the token_uri");
    require(claims.path("scope").asText().contains(SCOPE), "scope");
    long now = clock.instant().getEpochSecond();
    long issued = claims.path("iat").asLong();
    long end = claims.path("exp").asLong();
    require(
        Math.abs(now - issued) <= SKEW_SECONDS && end > now && end <= issued + LIFETIME_SECONDS,
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
            + " Check your iat and exp values in the JWT claim.");
  }

  private static JsonNode read(String part) {
    try {
      return WireJson.object(Base64.getUrlDecoder().decode(part));
    } catch (MalformedReplyException | IllegalArgumentException _) {
      throw new Objection("the assertion is not a JWT");
    }
  }

  private boolean signed(String text, String signature) {
    try {
      var verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(Account.KEYS.getPublic());
      verifier.update(text.getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(Base64.getUrlDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false;
    }
  }
}
