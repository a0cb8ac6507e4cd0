package dev.sallyport.identity.http;

import static dev.sallyport.identity.testing.TestingDoor.US;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import dev.sallyport.identity.testing.SigningKey;
import dev.sallyport.identity.testing.TestingIssuer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks with access tokens, at the door of the data plane: ID-01 to ID-22, ID-35 to ID-43. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenAttacksTest {
  private static final String AGENT = "oidc://corp/agent-7";
  private static final String CLUSTER = "https://cluster.example";

  private final Attacked attacked = new Attacked();
  private final TestingIssuer issuer = new TestingIssuer(attacked.clock);
  private final SigningKey weak = SigningKey.rsa("weak", 1024);
  private final SigningKey strong = SigningKey.rsa("strong", 2048);
  private final SigningKey cluster = SigningKey.rsa("cluster", 2048);
  private final OtherKey ed25519 = OtherKey.ed25519("ed25519");
  private final OtherKey p192 = OtherKey.p192("p192");

  TokenAttacksTest() throws GeneralSecurityException {}

  @BeforeAll
  void trust(@TempDir Path directory) throws Exception {
    var first = issuer.key();
    issuer.add(weak);
    issuer.add(strong);
    issuer.add(SigningKey.ec("p384", Curve.P_384));
    issuer.add(first.named("issuer-1b"));
    var published = ed25519.in(p192.in(issuer.jwks(), "sig"), "sig");
    var file = Files.writeString(directory.resolve("corp.jwks"), published);
    attacked.door.apply(
        "Issuer",
        "corp",
        "{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['ES256','RS256']}"
            .formatted(issuer.issuer(), file, US));
    var keys = SigningKey.json(Map.of("keys", List.of(cluster.publicJson())));
    var other = Files.writeString(directory.resolve("cluster.jwks"), keys);
    attacked.door.apply(
        "Issuer",
        "cluster",
        ("{'issuer':'%s','jwksFile':'%s','audience':'%s','algorithms':['RS256'],'kubernetes':"
                + "{'spiffeId':'spiffe://prod/ns/{namespace}/sa/{serviceAccount}',"
                + "'namespaces':['agents']}}")
            .formatted(CLUSTER, other, US));
  }

  @AfterAll
  void close() {
    issuer.close();
    attacked.close();
  }

  @Test
  void takesAGoodToken() throws Exception {
    attacked.takes(issuer.token("agent-7", US), AGENT, "access-token");
    attacked.takes(account(Map.of()), "spiffe://prod/ns/agents/sa/ci", "service-account");
  }

  Stream<Arguments> headers() {
    var url = issuer.jwksUri().toString();
    return Stream.of(
        arguments("ID-01 none", Map.of("alg", "none"), "algorithm_not_allowed"),
        arguments("ID-01 NONE", Map.of("alg", "NONE"), "algorithm_not_allowed"),
        arguments("ID-01 empty", Map.of("alg", ""), "algorithm_not_allowed"),
        arguments("ID-02", Map.of("alg", "HS256"), "algorithm_not_allowed"),
        arguments("ID-03", Map.of("alg", "RS256"), "wrong_key_type"),
        arguments("ID-09 crit", Map.of("crit", List.of("exp")), "header_not_allowed"),
        arguments("ID-09 jwk", Map.of("kid", "mine", "jwk", weak.publicJson()), "unknown_key"),
        arguments("ID-09 x5c", Map.of("kid", "mine", "x5c", List.of("AA==")), "unknown_key"),
        arguments("ID-09 jku", Map.of("kid", "mine", "jku", url), "unknown_key"),
        arguments("ID-09 x5u", Map.of("kid", "mine", "x5u", url), "unknown_key"),
        arguments("ID-16 blank", Map.of("kid", " "), "no_kid"),
        arguments("ID-16 empty", Map.of("kid", ""), "no_kid"),
        arguments("ID-17, ID-40 ID token", Map.of("typ", "JWT"), "wrong_type"),
        arguments("ID-40 ID-JAG", Map.of("typ", "oauth-id-jag+jwt"), "wrong_type"),
        arguments("ID-40 logout token", Map.of("typ", "logout+jwt"), "wrong_type"),
        arguments("ID-22 other algorithm", Map.of("alg", "ES384"), "algorithm_not_allowed"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void headers(String name, Map<String, Object> change, String reason) throws Exception {
    var header = issuer.header();
    header.putAll(change);
    attacked.refuses(issuer.key().sign(header, issuer.claims("agent-7", US)), reason);

    assertThat(issuer.fetches()).isZero(); // ID-09: nor is anything fetched
  }

  Stream<Arguments> claims() {
    long late = attacked.clock.instant().getEpochSecond() + 86_400 * 365L;
    return Stream.of(
        arguments("ID-10 other", Map.of("aud", "https://other.example"), "wrong_audience"),
        arguments("ID-10 slash", Map.of("aud", US + "/"), "wrong_audience"),
        arguments("ID-10 number", Map.of("aud", 5), "bad_audience"),
        arguments("ID-10 none", Map.of("aud", List.of()), "no_audience"),
        arguments("ID-13 text", Map.of("exp", "9999999999"), "bad_time"),
        arguments("ID-13 negative", Map.of("exp", -1), "bad_time"),
        arguments("ID-13 huge", Map.of("exp", new BigDecimal("1e300")), "bad_time"),
        arguments("ID-13 100 y", Map.of("exp", late + 3_153_600_000L), "lifetime_too_long"),
        arguments("ID-14", Map.of("exp", late - 86_400 * 365L - 30), "expired"),
        arguments("ID-15 nbf", Map.of("nbf", late), "not_yet_valid"),
        arguments("ID-15 iat", Map.of("iat", late), "not_yet_valid"),
        arguments("ID-40 refresh token", Map.of("typ", "Refresh"), "not_an_access_token"),
        arguments("ID-40 ID token in disguise", Map.of("nonce", "n"), "not_an_access_token"),
        arguments("ID-43 slash", Map.of("iss", "https://issuer.example/"), "unknown_issuer"),
        arguments("ID-43 case", Map.of("iss", "https://ISSUER.example"), "unknown_issuer"),
        arguments("ID-43 other issuer of ours", Map.of("iss", CLUSTER), "wrong_type"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void claims(String name, Map<String, Object> change, String reason) throws Exception {
    var claims = issuer.claims("agent-7", US);
    claims.putAll(change);
    attacked.refuses(issuer.key().sign(issuer.header(), claims), reason);
  }

  /** ID-10, ID-13, ID-15. */
  @ParameterizedTest
  @ValueSource(strings = {"aud", "exp", "sub", "iat"})
  void refusesATokenThatLacksAClaim(String name) throws Exception {
    var claims = issuer.claims("agent-7", US);
    claims.remove(name);
    var reason =
        Map.of(
            "aud", "no_audience", "exp", "no_expiry", "sub", "no_subject", "iat", "no_issue_time");
    attacked.refuses(issuer.key().sign(issuer.header(), claims), reason.getOrDefault(name, "none"));
  }

  /** ID-16. */
  @Test
  void refusesATokenWithoutAKeysName() throws Exception {
    var header = issuer.header();
    header.remove("kid");
    attacked.refuses(issuer.key().sign(header, issuer.claims("agent-7", US)), "no_kid");
  }

  /** ID-14: on both sides of the skew. */
  @Test
  void takesATokenUpToTheSkewAfterItsEndAndNoLonger() throws Exception {
    var end = attacked.clock.instant().getEpochSecond();
    var claims = issuer.claims("agent-7", US);
    claims.put("iat", end - 300);
    claims.put("exp", end - 29);
    attacked.takes(issuer.key().sign(issuer.header(), claims), AGENT, "access-token");

    claims.put("exp", end - 30);
    attacked.refuses(issuer.key().sign(issuer.header(), claims), "expired");
  }

  /** ID-09: what an attacker signs, which brings the attacker's key along under a known name. */
  @ParameterizedTest(name = "ID-09 {0} of the attacker")
  @ValueSource(strings = {"jwk", "jku", "x5u"})
  void refusesAKeyThatATokenBringsAlong(String member) throws Exception {
    try (var thief = new TestingIssuer(attacked.clock)) {
      var header = issuer.header();
      header.put(member, member.equals("jwk") ? thief.key().publicJson() : thief.jwksUri());
      attacked.refuses(thief.key().sign(header, issuer.claims("agent-7", US)), "bad_signature");

      assertThat(thief.fetches()).isZero();
    }
  }

  /** ID-43: the key of one issuer signs what another issuer would say. */
  @Test
  void refusesWhatAnotherIssuersKeySigns() throws Exception {
    attacked.refuses(issuer.key().sign(issuer.header(), accountClaims()), "wrong_type");
    attacked.refuses(strong.sign(accountHeader(), accountClaims()), "bad_signature");
    attacked.refuses(
        strong.sign(Map.of("alg", "RS256", "kid", "strong"), accountClaims()), "unknown_key");
  }

  @Test
  void refusesForgeries() throws Exception {
    var good = issuer.token("agent-7", US);
    var parts = good.split("\\.", -1);
    var other = issuer.token("admin", US).split("\\.", -1);
    var header = new HashMap<String, Object>(issuer.header());
    header.put("kid", "weak");
    header.put("alg", "RS256");
    var forged = SigningKey.ec(issuer.key().kid());

    attacked.refuses(parts[0] + "." + other[1] + "." + parts[2], "bad_signature"); // ID-05
    attacked.refuses(parts[0] + "." + parts[1] + "." + "A".repeat(86), "bad_signature"); // ID-04
    attacked.refuses(
        forged.sign(issuer.header(), issuer.claims("agent-7", US)), "bad_signature"); // ID-07
    attacked.refuses(weak.sign(header, issuer.claims("agent-7", US)), "weak_key"); // ID-22
    attacked.refuses(
        SigningKey.encode("{\"alg\":\"none\"}") + "." + parts[1] + ".",
        "unknown_token_form"); // ID-01
    for (var secret :
        List.of(SigningKey.json(issuer.key().publicJson()), SvidAttacksTest.pem(issuer.key()))) {
      var claimed = new HashMap<>(issuer.header());
      claimed.put("alg", "HS256");
      var input = SigningKey.encode(SigningKey.json(claimed)) + "." + parts[1];
      var mac =
          new MACSigner(secret)
              .sign(new JWSHeader(JWSAlgorithm.HS256), input.getBytes(StandardCharsets.US_ASCII));
      attacked.refuses(input + "." + mac, "algorithm_not_allowed"); // ID-02
    }
    var rsa = new HashMap<>(issuer.header());
    rsa.put("alg", "RS256");
    attacked.refuses(strong.sign(rsa, issuer.claims("agent-7", US)), "wrong_key_type"); // ID-03
    attacked.refuses(parts[0] + "." + parts[1], "unknown_token_form"); // ID-18
    attacked.refuses(good + ".AA", "unknown_token_form"); // ID-18
    attacked.refuses(good + ".AA.AA", "unknown_token_form"); // ID-18
    attacked.refuses("{\"payload\":\"" + parts[1] + "\"}", "unknown_token_form"); // ID-18
    attacked.refuses(good + "!", "unknown_token_form"); // ID-21
    attacked.refuses(good + "A".repeat(8_192), "unknown_token_form"); // ID-20
  }

  Stream<Arguments> forms() throws Exception {
    var key = issuer.key();
    var headers = issuer.header();
    var header = SigningKey.json(headers);
    var claims = issuer.claims("agent-7", US);
    claims.put("exp", attacked.clock.instant().getEpochSecond() + 3_600); // each row takes a minute
    var good = key.sign(headers, claims);
    var json = SigningKey.json(claims);
    var deep = "{\"a\":" + "[".repeat(4_000);
    return Stream.of(
        arguments("ID-04 r=0", SvidAttacksTest.half(good, 0), "bad_signature"),
        arguments("ID-04 s=0", SvidAttacksTest.half(good, 32), "bad_signature"),
        arguments("ID-19", key.sign(header, SvidAttacksTest.twice(claims)), "malformed"),
        arguments("ID-19 header", key.sign(SvidAttacksTest.twice(headers), json), "malformed"),
        arguments("ID-20 deep", key.sign(header, deep), "malformed"),
        arguments("ID-20 deep header", key.sign(deep, json), "malformed"),
        arguments("ID-22 P-192", p192.sign("ES256", headers, claims), "unknown_key"),
        arguments("ID-22 Ed25519", ed25519.sign("ES256", headers, claims), "unknown_key"),
        arguments("ID-22 EdDSA", ed25519.sign("EdDSA", headers, claims), "algorithm_not_allowed"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void forms(String name, String token, String reason) throws Exception {
    attacked.refuses(token, reason);
  }

  Stream<Arguments> requests() {
    var good = issuer.token("agent-7", US);
    return Stream.of(
        arguments("ID-35", "token_in_query", "/mcp?access_token=" + good, new String[0]),
        arguments("ID-35 beside", "token_in_query", "/mcp?access_token=x", bearer(good)),
        arguments(
            "ID-36",
            "two_tokens",
            "/mcp",
            new String[] {"Authorization", "Bearer " + good, "Authorization", "Bearer " + good}),
        arguments("ID-37 tab", "not_bearer", "/mcp", header("Bearer\t" + good)),
        arguments("ID-37 space and tab", "not_bearer", "/mcp", header("Bearer \t" + good)),
        arguments("ID-37 nothing between", "not_bearer", "/mcp", header("Bearer" + good)),
        arguments("ID-37 another scheme", "not_bearer", "/mcp", header("Token " + good)),
        arguments("ID-37 two in one", "not_bearer", "/mcp", header("Bearer " + good + " " + good)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void requests(String name, String reason, String path, String[] headers) throws Exception {
    attacked.refuses(reason, path, headers);
  }

  /** ID-37. */
  @ParameterizedTest
  @ValueSource(strings = {"bearer ", "BEARER ", "Bearer   "})
  void takesTheSchemeInAnyCaseAndAfterSomeSpaces(String scheme) throws Exception {
    attacked.takes(
        AGENT, "access-token", "/mcp", "Authorization", scheme + issuer.token("agent-7", US));
  }

  /** ID-42: who calls is what the token says, whatever other headers claim. */
  @Test
  void ignoresHeadersThatOnlyClaimWhoCalls() throws Exception {
    attacked.takes(
        AGENT,
        "access-token",
        "/mcp",
        "Authorization",
        "Bearer " + issuer.token("agent-7", US),
        "X-Forwarded-Client-Cert",
        "URI=spiffe://prod/agent/admin",
        "X-User",
        "admin");
    attacked.refuses("not_bearer", "/mcp", "Authorization", "Basic YTpi", "X-User", "admin");
  }

  static Stream<Arguments> accounts() {
    return Stream.of(
        arguments(
            "aud", Map.of("aud", List.of("https://kubernetes.default.svc")), "wrong_audience"),
        arguments("namespace", about("kube-system", "ci"), "namespace_not_allowed"),
        arguments("sub of another", Map.of("sub", "system:serviceaccount:agents:x"), "bad_subject"),
        arguments("sub of a person", Map.of("sub", "admin"), "bad_subject"),
        arguments("path in a name", about("agents", "../admin"), "not_a_service_account"),
        arguments("no name", Map.of("kubernetes.io", Map.of()), "not_a_service_account"),
        arguments("text", Map.of("kubernetes.io", "agents"), "not_a_service_account"),
        arguments("100 y", Map.of("exp", 4_900_000_000L), "lifetime_too_long"));
  }

  /** ID-39. */
  @ParameterizedTest(name = "ID-39 {0}")
  @MethodSource
  void accounts(String name, Map<String, Object> change, String reason) throws Exception {
    attacked.refuses(account(change), reason);
  }

  @Test
  void takesAServiceAccountForAnMcpEndpointThereAlone() throws Exception {
    var token = account(Map.of("aud", List.of(US + "/mcp")));
    attacked.takes(token, "spiffe://prod/ns/agents/sa/ci", "service-account");
    assertThat(attacked.door.get("/mcp/crm", bearer(token)).statusCode()).isEqualTo(401);
    attacked.refuses(account(Map.of("aud", List.of(US + "/mcp/crm"))), "wrong_resource");
  }

  /** ID-39: those that were kept as secrets, which have no end. */
  @Test
  void refusesServiceAccountTokensOfTheOldKind() throws Exception {
    var claims = accountClaims();
    claims.remove("exp");
    attacked.refuses(cluster.sign(accountHeader(), claims), "no_expiry");
    claims.remove("kubernetes.io");
    claims.remove("aud");
    claims.put("kubernetes.io/serviceaccount/namespace", "agents");
    attacked.refuses(cluster.sign(accountHeader(), claims), "no_expiry");
    claims.put("iss", "kubernetes/serviceaccount"); // who issued them of old, in every cluster
    attacked.refuses(cluster.sign(accountHeader(), claims), "unknown_issuer");
    var other = accountClaims(); // and with all that a token of today has
    other.put("iss", "kubernetes/serviceaccount");
    attacked.refuses(cluster.sign(accountHeader(), other), "unknown_issuer");
  }

  private String account(Map<String, Object> change) {
    var claims = accountClaims();
    claims.putAll(change);
    return cluster.sign(accountHeader(), claims);
  }

  private static Map<String, Object> accountHeader() {
    return Map.of("alg", "RS256", "kid", "cluster");
  }

  private Map<String, Object> accountClaims() {
    long now = attacked.clock.instant().getEpochSecond();
    var claims = new HashMap<String, Object>(about("agents", "ci"));
    claims.put("iss", CLUSTER);
    claims.put("aud", List.of(US));
    claims.put("iat", now);
    claims.put("nbf", now);
    claims.put("exp", now + 3_600);
    return claims;
  }

  private static Map<String, Object> about(String namespace, String name) {
    return Map.of(
        "sub",
        "system:serviceaccount:" + namespace + ":" + name,
        "kubernetes.io",
        Map.of(
            "namespace",
            namespace,
            "serviceaccount",
            Map.of("name", name, "uid", "7"),
            "pod",
            Map.of("name", "p", "uid", "8")));
  }

  private static String[] bearer(String token) {
    return header("Bearer " + token);
  }

  private static String[] header(String authorization) {
    return new String[] {"Authorization", authorization};
  }
}
