package dev.sallyport.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.LacksScope;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.identity.token.Claims;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.SignatureAlgorithm;
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
  private static final String THUMBPRINT = "A".repeat(43);
  private static final long NOW = TestingClock.START.getEpochSecond();

  private final TestingClock clock = new TestingClock();
  private final TestingIssuer issuer = new TestingIssuer(clock);
  private List<String> scopes = List.of();
  private Set<String> required = Set.of();
  private boolean perServer;
  private ProofOfPossession dpop = ProofOfPossession.OFF;
  private boolean certificateBound;
  private Duration skew = Claims.SKEW;
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
          .isInstanceOfSatisfying(
              LacksScope.class,
              lacks -> {
                assertThat(lacks.scopes()).isEqualTo(scopes);
                assertThat(lacks.principal().id().value()).isEqualTo("oidc://corp/agent-7");
              });
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
        arguments("sub of wide letters", Map.of("sub", "\u20ac".repeat(255)), "bad_subject"),
        arguments("cnf of nothing known", Map.of("cnf", Map.of("kid", "k")), "bad_confirmation"),
        arguments("cnf as text", Map.of("cnf", "k"), "bad_confirmation"),
        arguments("cnf of a short key", bound("jkt", "short"), "bad_confirmation"),
        arguments(
            "cnf of two",
            Map.of("cnf", Map.of("jkt", THUMBPRINT, "x5t#S256", THUMBPRINT)),
            "bad_confirmation"),
        arguments("bound to a key, dpop off", bound("jkt", THUMBPRINT), "wrong_binding"),
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
  @ValueSource(strings = {"iss", "sub", "aud", "exp", "iat"})
  void refusesATokenThatLacksAClaim(String name) {
    var claims = issuer.claims("a", US);
    claims.remove(name);

    assertThat(verify(issuer.key().sign(issuer.header(), claims))).isInstanceOf(Rejected.class);
  }

  @Test
  void wantsTheClaimsThatItsIssuerPromises() {
    required = Set.of("client_id", "jti");
    assertThat(verify(issuer.token("a", US))).isInstanceOf(Authenticated.class);

    for (var name : required) {
      var claims = issuer.claims("a", US);
      claims.remove(name);
      assertThat(verify(issuer.key().sign(issuer.header(), claims)))
          .isEqualTo(new Rejected("missing_claim"));
    }
  }

  /** ID-14, ID-15: on both sides of another skew. */
  @ParameterizedTest
  @CsvSource({"exp,-9,true", "exp,-10,false", "nbf,10,true", "nbf,11,false", "iat,11,false"})
  void allowsForTheClockOfTheIssuerAsConfigured(String name, int offset, boolean holds) {
    skew = Duration.ofSeconds(10);
    var claims = issuer.claims("a", US);
    claims.put(name, NOW + offset);

    assertThat(verify(issuer.key().sign(issuer.header(), claims)) instanceof Authenticated)
        .isEqualTo(holds);
  }

  /** RFC 8707. */
  @Test
  void takesTokensForTheServersThatTheyNameWhereTheIssuerSaysSo() {
    perServer = true;
    assertThat(resources(List.of(US + "/mcp/crm", US + "/mcp", "https://other.example/mcp/x")))
        .containsExactlyInAnyOrder("/mcp/crm", "/mcp");
    assertThat(resources(US)).containsExactly("");

    for (var audience : List.of(US + ".evil/mcp", "https://other.example/mcp", "/mcp")) {
      assertThat(verify(issuer.token("a", audience))).isEqualTo(new Rejected("wrong_audience"));
    }
  }

  @Test
  void takesTokensForTheControlPlaneByTheNameOfTheGatewayAndItsPath() {
    assertThat(resources(US + "/admin")).containsExactly("/admin");
    assertThat(resources(List.of(US + "/admin", US + "/mcp")))
        .containsExactlyInAnyOrder("/admin", "/mcp");
    assertThat(resources(List.of(US + "/admin", US))).isEmpty();

    for (var audience : List.of(US + "/admin/calls", US + ".evil/admin", "/admin")) {
      assertThat(verify(issuer.token("a", audience))).isEqualTo(new Rejected("wrong_audience"));
    }
  }

  @Test
  void takesTokensThatAreBoundAsTheIssuerSays() {
    var free = issuer.token("a", US);
    var key = issuer.key().sign(issuer.header(), claims(bound("jkt", THUMBPRINT)));
    var certificate = issuer.key().sign(issuer.header(), claims(bound("x5t#S256", THUMBPRINT)));
    assertThat(confirmation(certificate)).isEqualTo(new Confirmation.Certificate(THUMBPRINT));

    dpop = ProofOfPossession.OPTIONAL;
    assertThat(confirmation(free)).isEqualTo(Confirmation.NONE);
    assertThat(confirmation(key)).isEqualTo(new Confirmation.Key(THUMBPRINT));
    dpop = ProofOfPossession.REQUIRED;
    assertThat(confirmation(key)).isEqualTo(new Confirmation.Key(THUMBPRINT));
    assertThat(verify(free)).isEqualTo(new Rejected("wrong_binding"));
    assertThat(verify(certificate)).isEqualTo(new Rejected("wrong_binding"));
    dpop = ProofOfPossession.OPTIONAL;
    certificateBound = true;
    assertThat(verify(free)).isEqualTo(new Rejected("wrong_binding"));
    assertThat(verify(key)).isEqualTo(new Rejected("wrong_binding"));
    assertThat(confirmation(certificate)).isEqualTo(new Confirmation.Certificate(THUMBPRINT));
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

  private Map<String, Object> claims(Map<String, Object> more) {
    var claims = new HashMap<>(issuer.claims("a", US));
    claims.putAll(more);
    return claims;
  }

  private static Map<String, Object> bound(String member, String thumbprint) {
    return Map.of("cnf", Map.of(member, thumbprint));
  }

  private Confirmation confirmation(String token) {
    return principal(token).confirmation();
  }

  private Set<String> resources(Object audience) {
    return principal(issuer.key().sign(issuer.header(), claims(Map.of("aud", audience))))
        .resources();
  }

  private Principal principal(String token) {
    var answer = verify(token);
    assertThat(answer).isInstanceOf(Authenticated.class);
    return ((Authenticated) answer).principal();
  }

  private RemoteKeys keys() {
    var keys = RemoteKeys.at(issuer.jwksUri().toString(), clock);
    opened.add(keys);
    return keys;
  }

  private Authentication verify(String token) {
    return verify(keys(), token);
  }

  private Authentication verify(RemoteKeys keys, String token) {
    return verify(keys, token, AccessTokenRules.DEFAULT_TYPES);
  }

  private Authentication verify(String token, Set<String> types) {
    return verify(keys(), token, types);
  }

  private Authentication verify(RemoteKeys keys, String token, Set<String> types) {
    var trusted =
        new TrustedIssuer(
            "corp",
            issuer.issuer(),
            US,
            skew,
            Set.of(SignatureAlgorithm.ES256),
            keys,
            new AccessTokenRules(types, required, scopes, perServer, dpop, certificateBound));
    return new AccessTokenVerifier(List.of(trusted), clock).verify(CompactToken.parse(token));
  }
}
