package dev.sallyport.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.SignatureAlgorithm;
import io.helidon.http.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenVerifierTest {
  private static final String US = "https://gateway.example";
  private static final Duration FETCH_INTERVAL = Duration.ofSeconds(5);
  private static final long NOW = TestingClock.START.getEpochSecond();

  private final TestingClock clock = new TestingClock();
  private final TestingIssuer issuer = new TestingIssuer(clock);
  private List<String> scopes = List.of();
  private final List<RemoteKeys> opened = new ArrayList<>();

  @AfterEach
  void stop() {
    opened.forEach(RemoteKeys::close);
    issuer.close();
  }

  @Test
  void knowsTheSubjectOfAGoodToken() {
    assertThat(verify(issuer.token("agent-7", US)))
        .isEqualTo(
            new Authenticated(
                new Principal(
                    new PrincipalId("oidc://corp/agent-7"),
                    AuthenticationMethod.ACCESS_TOKEN,
                    "corp",
                    clock.instant().plus(Duration.ofMinutes(5)))));
  }

  @ParameterizedTest
  @CsvSource({
    "auth0|user 1, oidc://corp/auth0%7Cuser%201",
    "a/b/../c, oidc://corp/a%2Fb%2F..%2Fc",
    "m\u00fcller, oidc://corp/m%C3%BCller",
    "a%2Fb, oidc://corp/a%252Fb",
    "*, oidc://corp/%2A"
  })
  void writesASubjectSoThatNoTwoAreAlike(String subject, String id) {
    assertThat(verify(issuer.token(subject, US)))
        .isInstanceOfSatisfying(
            Authenticated.class,
            answer -> assertThat(answer.principal().id().value()).isEqualTo(id));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agents tools:call|true",
        "tools:call x agents|true",
        "agents|false",
        "agents tools:calls|false",
        "AGENTS tools:call|false",
        "agents,tools:call|false",
        "''|false"
      })
  void letsInOnlyWhoseTokenHasAllScopes(String scope, boolean isIn) {
    scopes = List.of("agents", "tools:call");
    var claims = issuer.claims("agent-7", US);
    claims.put("scope", scope);

    var answer = verify(issuer.key().sign(issuer.header(), claims));

    assertThat(answer instanceof Authenticated).isEqualTo(isIn);
    if (!isIn) {
      assertThat(answer)
          .isEqualTo(new Authentication.LacksScope(new PrincipalId("oidc://corp/agent-7"), scopes));
    }
  }

  @Test
  void takesTheTypeInBothWritings() {
    for (var type : List.of("at+jwt", "AT+JWT", "application/at+jwt")) {
      var header = issuer.header();
      header.put("typ", type);
      assertThat(verify(issuer.key().sign(header, issuer.claims("a", US))))
          .isInstanceOf(Authenticated.class);
    }
  }

  static Stream<Arguments> hostileHeaders() {
    return Stream.of(
        arguments("ID-01", Map.of("alg", "none"), "algorithm_not_allowed"),
        arguments("ID-02", Map.of("alg", "HS256"), "algorithm_not_allowed"),
        arguments("not the issuer's", Map.of("alg", "RS256"), "algorithm_not_allowed"),
        arguments("ID-09 crit", Map.of("crit", List.of("x")), "header_not_allowed"),
        arguments("ID-16", Map.of("kid", ""), "no_kid"),
        arguments("ID-17, ID-40 ID token", Map.of("typ", "JWT"), "wrong_type"),
        arguments("ID-40 ID-JAG", Map.of("typ", "oauth-id-jag+jwt"), "wrong_type"),
        arguments("logout token", Map.of("typ", "logout+jwt"), "wrong_type"),
        arguments("typ as number", Map.of("typ", 1), "wrong_type"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void hostileHeaders(String name, Map<String, Object> change, String reason) {
    var header = new HashMap<>(issuer.header());
    header.putAll(change);

    assertThat(verify(issuer.key().sign(header, issuer.claims("a", US))))
        .isEqualTo(new Rejected(reason));
  }

  static Stream<Arguments> hostileClaims() {
    return Stream.of(
        arguments("ID-10", Map.of("aud", "https://other.example"), "wrong_audience"),
        arguments("ID-10 slash", Map.of("aud", US + "/"), "wrong_audience"),
        arguments("ID-13", Map.of("exp", "soon"), "bad_time"),
        arguments("ID-13 100 y", Map.of("exp", NOW + 3_153_600_000L), "lifetime_too_long"),
        arguments("ID-14", Map.of("exp", NOW - 30), "expired"),
        arguments("ID-15 nbf", Map.of("nbf", NOW + 31), "not_yet_valid"),
        arguments("ID-15 iat", Map.of("iat", NOW + 31), "not_yet_valid"),
        arguments("ID-43 slash", Map.of("iss", "https://issuer.example/"), "unknown_issuer"),
        arguments("ID-43 case", Map.of("iss", "https://ISSUER.example"), "unknown_issuer"),
        arguments(
            "iss as list", Map.of("iss", List.of("https://issuer.example")), "unknown_issuer"),
        arguments("blank sub", Map.of("sub", " "), "bad_subject"),
        arguments("long sub", Map.of("sub", "a".repeat(256)), "bad_subject"),
        arguments("sub as number", Map.of("sub", 7), "no_subject"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void hostileClaims(String name, Map<String, Object> change, String reason) {
    var claims = new HashMap<>(issuer.claims("a", US));
    claims.putAll(change);

    assertThat(verify(issuer.key().sign(issuer.header(), claims))).isEqualTo(new Rejected(reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "sub", "aud", "exp"})
  void refusesATokenThatLacksAClaim(String name) {
    var claims = issuer.claims("a", US);
    claims.remove(name);

    assertThat(verify(issuer.key().sign(issuer.header(), claims))).isInstanceOf(Rejected.class);
  }

  /** ID-40: an issuer that marks all its tokens alike. */
  @Test
  void refusesOtherTokensOfAnIssuerThatMarksThemAlike() {
    var header = issuer.header();
    header.put("typ", "JWT");
    var types = Set.of("JWT");
    assertThat(verify(issuer.key().sign(header, issuer.claims("a", US)), types))
        .isInstanceOf(Authenticated.class);

    for (var mark :
        List.of(
            Map.of("nonce", "n"),
            Map.of("at_hash", "h"),
            Map.of("typ", "ID"),
            Map.of("typ", "Refresh"),
            Map.of("events", Map.of()))) {
      var claims = new HashMap<>(issuer.claims("a", US));
      claims.putAll(mark);
      assertThat(verify(issuer.key().sign(header, claims), types))
          .as(mark.toString())
          .isEqualTo(new Rejected("not_an_access_token"));
    }
  }

  @Test
  void refusesATokenSignedByAnother() {
    var other = SigningKey.ec(issuer.key().kid());

    assertThat(verify(other.sign(issuer.header(), issuer.claims("a", US))))
        .isEqualTo(new Rejected("bad_signature"));
  }

  @Test
  void followsARotationOfTheKeys() {
    var keys = keys();
    assertThat(verify(keys, issuer.token("a", US))).isInstanceOf(Authenticated.class);
    issuer.add(SigningKey.ec("issuer-2"));

    assertThat(verify(keys, issuer.token("a", US))).isInstanceOf(Authenticated.class);
    assertThat(issuer.fetches()).isEqualTo(2);
  }

  /** ID-27. */
  @Test
  void fetchesTheKeysSeldomHoweverManyUnknownNamesAreTried() {
    var started = System.nanoTime();
    var keys = keys();
    var good = issuer.token("a", US);
    assertThat(verify(keys, good)).isInstanceOf(Authenticated.class);
    var header = issuer.header();
    for (int i = 0; i < 500; i++) {
      header.put("kid", "unknown-" + i);
      assertThat(verify(keys, issuer.key().sign(header, issuer.claims("a", US))))
          .isNotInstanceOf(Authenticated.class);
    }

    long intervals = 1 + Duration.ofNanos(System.nanoTime() - started).dividedBy(FETCH_INTERVAL);
    assertThat((long) issuer.fetches()).isLessThanOrEqualTo(2 * intervals);
    assertThat(verify(keys, good)).isInstanceOf(Authenticated.class);
  }

  /** ID-28. */
  @Test
  void saysThatItCannotTellWhereTheKeysCannotBeHad() {
    var token = issuer.token("a", US);
    issuer.answer(Status.INTERNAL_SERVER_ERROR_500);
    assertThat(verify(token)).isInstanceOf(Unavailable.class);

    issuer.answer(response -> response.send("<html>not keys</html>"));
    assertThat(verify(token)).isInstanceOf(Unavailable.class);

    issuer.answer(response -> response.send("{\"keys\":[" + " ".repeat(60 * 1024) + "]}"));
    assertThat(verify(token)).isInstanceOf(Unavailable.class);
  }

  /** ID-28. */
  @Test
  void followsNoRedirectToTheKeys() {
    try (var other = new TestingIssuer(clock)) {
      var target = other.jwksUri().toString();
      issuer.answer(
          response -> response.status(Status.FOUND_302).header("Location", target).send());

      assertThat(verify(issuer.token("a", US))).isInstanceOf(Unavailable.class);
      assertThat(other.fetches()).isZero();
    }
  }

  /** ID-28. */
  @Test
  void keepsKeysThatItHadWhileTheIssuerIsDown() {
    var keys = keys();
    assertThat(verify(keys, issuer.token("a", US))).isInstanceOf(Authenticated.class);
    issuer.answer(Status.SERVICE_UNAVAILABLE_503);

    assertThat(verify(keys, issuer.token("b", US))).isInstanceOf(Authenticated.class);
    assertThat(issuer.fetches()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://idp.example/jwks",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "https://user@idp.example/",
        "https:///jwks",
        "jwks",
        "http://127.0.0.1.evil.example/",
        "://"
      })
  void refusesAnAddressThatIsNotSafe(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RemoteKeys(address))
        .withMessageContaining("jwksUri must be");
  }

  private RemoteKeys keys() {
    var keys = new RemoteKeys(issuer.jwksUri().toString());
    opened.add(keys);
    return keys;
  }

  private Authentication verify(String token) {
    return verify(keys(), token);
  }

  private Authentication verify(RemoteKeys keys, String token) {
    return verify(keys, token, AccessTokenVerifier.DEFAULT_TYPES);
  }

  private Authentication verify(String token, Set<String> types) {
    return verify(keys(), token, types);
  }

  private Authentication verify(RemoteKeys keys, String token, Set<String> types) {
    var trusted =
        new TrustedIssuer(
            "corp", issuer.issuer(), US, Set.of(SignatureAlgorithm.ES256), types, scopes, keys);
    return new AccessTokenVerifier(List.of(trusted), clock).verify(CompactToken.parse(token));
  }
}
