package dev.sallyport.vault.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.EgressException;
import dev.sallyport.vault.egress.EgressRequest;
import dev.sallyport.vault.egress.EgressRequest.Header;
import dev.sallyport.vault.google.GoogleTokens.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Exchanges a service account's signature for an access token. Source: RFC 7523, section 2.1;
 * Google, "Using OAuth 2.0 for server to server applications".
 */
final class TokenExchange {
  static final Duration MAX_WAIT = Duration.ofSeconds(10);
  private static final Duration ASSERTION_LIFE = Duration.ofHours(1);
  private static final long MAX_LIFE_SECONDS = 12 * 3_600;
  private static final long MAX_ANSWER = 64 * 1024;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{8,4096}");
  private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", "application/x-www-form-urlencoded"),
          new Header("Accept", "application/json"));

  private final EgressClient egress;
  private final InstantSource clock;

  TokenExchange(EgressClient egress, InstantSource clock) {
    this.egress = egress;
    this.clock = clock;
  }

  Token token(ServiceAccount account, String scope) throws TokenException {
    var now = clock.instant();
    var body =
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
            + assertion(account, scope, now);
    var request =
        EgressRequest.post(
            account.tokenUri(),
            HEADERS,
            body.getBytes(StandardCharsets.US_ASCII),
            MAX_WAIT,
            MAX_ANSWER);
    try (var response = egress.send(request, Lent.nothing())) {
      response.endWithin(MAX_WAIT);
      return read(response.status(), response.body().readAllBytes(), now);
    } catch (EgressException e) {
      throw new TokenException("the token endpoint gave no answer: " + e.reason());
    } catch (TokenException e) {
      throw e;
    } catch (IOException _) {
      throw new TokenException("the token endpoint's answer cannot be read");
    }
  }

  private static Token read(int status, byte[] body, Instant now) throws IOException {
    JsonNode answer;
    try {
      answer = JSON.readTree(body);
    } catch (IOException _) {
      answer = JSON.missingNode();
    }
    if (status != 200) {
      var error = answer.path("error").asText("");
      throw new TokenException(
          "the token endpoint answered " + status + (isWord(error) ? " " + error : ""));
    }
    var token = answer.path("access_token").asText("");
    long seconds = Math.min(answer.path("expires_in").asLong(0), MAX_LIFE_SECONDS);
    if (!TOKEN.matcher(token).matches() || seconds <= GoogleTokens.LAST.toSeconds()) {
      throw new TokenException("the token endpoint gave no token that holds for a while");
    }
    var goodUntil = now.plusSeconds(seconds).minus(GoogleTokens.LAST);
    var early = goodUntil.minus(GoogleTokens.AHEAD);
    return new Token(token, early.isAfter(now) ? early : goodUntil, goodUntil);
  }

  private static boolean isWord(String error) {
    return ERROR.matcher(error).matches();
  }

  private static String assertion(ServiceAccount account, String scope, Instant now)
      throws TokenException {
    var header = JsonNodeFactory.instance.objectNode().put("alg", "RS256").put("typ", "JWT");
    account.keyId().ifPresent(id -> header.put("kid", id));
    var claims =
        JsonNodeFactory.instance
            .objectNode()
            .put("iss", account.email())
            .put("scope", scope)
            .put("aud", account.tokenUri().toString())
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(ASSERTION_LIFE).getEpochSecond());
    var signed = part(header) + "." + part(claims);
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(account.key());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException _) {
      throw new TokenException("the private key cannot sign");
    }
  }

  private static String part(JsonNode tree) {
    return BASE64.encodeToString(tree.toString().getBytes(StandardCharsets.UTF_8));
  }
}
